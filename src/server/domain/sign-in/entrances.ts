/** What takes no token: the ways in. The type holds the table complete. */
import type { EntranceId } from '../../../contract/operations.ts';
import type { Entrance } from '../operation.ts';
import { acceptInvitation, invitationOptions } from './accept-invitation.ts';
import { endOidc, startOidc } from './oidc.ts';
import { signInOptions, startSession } from './start-session.ts';

export const ENTRANCES: Readonly<Record<EntranceId, Entrance>> = {
  'sessions.options': signInOptions,
  'sessions.start': startSession,
  'invitations.options': invitationOptions,
  'invitations.accept': acceptInvitation,
  'oidc.start': startOidc,
  'oidc.callback': endOidc,
};
