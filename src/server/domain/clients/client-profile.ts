/** What is kept of a client beside its ledger: its name and how it can be reached, sealed. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Statement } from '../../vault/database.ts';

/** GDPR Art. 30(2)(a): what a processor's record says of each controller. */
export interface ClientContact {
  readonly address: string | null;
  readonly contact: string | null;
  readonly representative: string | null;
  readonly dataProtectionOfficer: string | null;
}

export interface ClientProfile extends Partial<ClientContact> {
  readonly name: string;
}

const FORM = { siv: true, pad: true };

export function insertProfile(state: LedgerState, profile: ClientProfile): Statement {
  const bytes = Buffer.from(JSON.stringify(profile));
  return {
    name: 'client/profile-insert',
    text: 'insert into client_profile (client_id, ct) values ($1, $2)',
    values: [
      state.id,
      sealUnder(state.clientKeys.record, ['client-profile', state.id], bytes, FORM),
    ],
  };
}

export function updateProfile(state: LedgerState, profile: ClientProfile): Statement {
  const [client, ct] = insertProfile(state, profile).values;
  return {
    name: 'client/profile-update',
    text: 'update client_profile set ct = $2 where client_id = $1',
    values: [client, ct],
  };
}

export async function readProfile(house: House, state: LedgerState): Promise<ClientProfile> {
  const [rows] = await house.database.batch(
    [state.id],
    [
      {
        name: 'client/profile',
        text: 'select ct from client_profile where client_id = $1',
        values: [state.id],
      },
    ],
  );
  const ct = rows![0]!.ct as Buffer;
  const bytes = openUnder(state.clientKeys.record, ['client-profile', state.id], ct, FORM);
  return JSON.parse(bytes.toString()) as ClientProfile;
}
