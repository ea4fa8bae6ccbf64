/** Signing in: sessions, passkeys, invitations, recovery, service tokens. Those whose `ledger` is null
 * take no token: what they carry proves who calls, and then the provider's ledger has their entry. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { instant } from './schemas.ts';

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding');

/** What `navigator.credentials.create()` gives, as JSON (WebAuthn Level 3, RegistrationResponseJSON). */
const created = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(4000),
    attestationObject: base64url(20_000),
  }),
});

/** What `navigator.credentials.get()` gives, as JSON (AuthenticationResponseJSON). */
export const assertion = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(4000),
    authenticatorData: base64url(4000),
    signature: base64url(1400),
    userHandle: base64url(100).nullish(),
  }),
});

export type AssertionJson = z.infer<typeof assertion>;
export type CreatedJson = z.infer<typeof created>;

/** As `PublicKeyCredential.parse…OptionsFromJSON` takes them. */
const options = z.object({ options: z.unknown() });
/** After a recovery, the end of the link, a dot, and the code that whoever began it has. */
const secret = z
  .string()
  .regex(/^wsi_[\w-]{43}(\.wsr_[\w-]{22})?$/, 'must be the end of an invitation link');
const session = z.object({
  id: idSchema('session'),
  user: idSchema('user'),
  authentication: z.enum(['passkey', 'oidc']),
  idleSeconds: z.int(),
  until: instant,
});
const userParams = z.strictObject({ id: idSchema('user') });
const invitation = z.object({ id: idSchema('invitation'), link: z.string(), until: instant });

const open = { ledger: null, method: 'POST', purpose: null, repeatable: false } as const;
const own = { ledger: 'provider', purpose: null, repeatable: false } as const;

export const signInOperations = [
  {
    ...open,
    id: 'sessions.options',
    path: '/sign-in/options',
    summary: 'A challenge to sign in with; an address binds it to its user, known or not',
    body: z.strictObject({ address: z.string().max(254).optional() }),
    answers: options,
    status: 200,
  },
  {
    ...open,
    id: 'sessions.start',
    path: '/sign-in',
    summary: 'Sign in with a passkey; the session is the cookie that comes back',
    body: z.strictObject({ assertion }),
    answers: session,
    status: 201,
  },
  {
    ...open,
    id: 'invitations.options',
    path: '/invitations/options',
    summary: 'What an invitation lets its user make: the first passkey',
    body: z.strictObject({ invitation: secret }),
    answers: options,
    status: 200,
  },
  {
    ...open,
    id: 'invitations.accept',
    path: '/invitations/acceptance',
    summary: 'Accept an invitation, once: the first passkey, and a session',
    body: z.strictObject({ invitation: secret, created }),
    answers: session.extend({ passkey: idSchema('passkey') }),
    status: 201,
  },
  {
    ...own,
    id: 'sessions.list',
    method: 'GET',
    path: '/sessions',
    summary: "The caller's own sessions that have not ended",
    answers: z.object({
      items: z.array(
        z.object({
          id: idSchema('session'),
          authentication: z.enum(['passkey', 'oidc']),
          from: instant,
          seen: instant,
          until: instant,
          isCurrent: z.boolean(),
        }),
      ),
    }),
    status: 200,
  },
  {
    ...own,
    id: 'sessions.revoke',
    method: 'DELETE',
    path: '/sessions/{id}',
    summary: 'End one of the own sessions at once',
    params: z.strictObject({ id: idSchema('session') }),
    answers: z.object({ id: idSchema('session') }),
    status: 200,
  },
  {
    ...own,
    id: 'sessions.end',
    method: 'DELETE',
    path: '/sessions/current',
    summary: 'Sign out',
    answers: z.object({ id: idSchema('session') }),
    status: 200,
  },
  {
    ...own,
    id: 'sessions.step-up-options',
    method: 'POST',
    path: '/sessions/current/step-up/options',
    summary: 'A challenge to prove once more who is there',
    answers: options,
    status: 200,
  },
  {
    ...own,
    id: 'sessions.step-up',
    method: 'POST',
    path: '/sessions/current/step-up',
    summary: 'Prove once more who is there: the session goes on under a new cookie',
    body: z.strictObject({ assertion }),
    answers: session,
    status: 200,
  },
  {
    ...own,
    id: 'passkeys.list',
    method: 'GET',
    path: '/passkeys',
    summary: "The caller's own passkeys",
    answers: z.object({
      items: z.array(z.object({ id: idSchema('passkey'), from: instant, isCurrent: z.boolean() })),
    }),
    status: 200,
  },
  {
    ...own,
    id: 'passkeys.options',
    method: 'POST',
    path: '/passkeys/options',
    summary: 'What to make another passkey with',
    answers: options,
    status: 200,
    stepUp: true,
  },
  {
    ...own,
    id: 'passkeys.add',
    method: 'POST',
    path: '/passkeys',
    summary: 'Add another passkey of the caller',
    body: z.strictObject({ created }),
    answers: z.object({ id: idSchema('passkey') }),
    status: 201,
    stepUp: true,
  },
  {
    ...own,
    id: 'passkeys.remove',
    method: 'DELETE',
    path: '/passkeys/{id}',
    summary: 'Remove one of the own passkeys, and end the sessions that began with it',
    params: z.strictObject({ id: idSchema('passkey') }),
    answers: z.object({ id: idSchema('passkey') }),
    status: 200,
    stepUp: true,
  },
  {
    ...own,
    id: 'invitations.issue',
    method: 'POST',
    path: '/users/{id}/invitations',
    summary: 'Invite a registered user who has no passkey; the link is shown once',
    params: userParams,
    answers: invitation,
    status: 201,
  },
  {
    ...own,
    id: 'recoveries.start',
    method: 'POST',
    path: '/users/{id}/recoveries',
    summary: 'Begin to give a user who lost every passkey another way in; the code is shown once',
    params: userParams,
    answers: z.object({ id: idSchema('recovery'), code: z.string(), until: instant }),
    status: 201,
  },
  {
    ...own,
    id: 'recoveries.list',
    method: 'GET',
    path: '/recoveries',
    summary: "Recoveries of the caller's own side that wait for a second person",
    answers: z.object({
      items: z.array(
        z.object({
          id: idSchema('recovery'),
          user: idSchema('user'),
          by: idSchema('user'),
          until: instant,
        }),
      ),
    }),
    status: 200,
  },
  {
    ...own,
    id: 'recoveries.confirm',
    method: 'POST',
    path: '/recoveries/{id}/confirmation',
    summary: 'Confirm a recovery that another person began: nothing old opens, and an invitation',
    params: z.strictObject({ id: idSchema('recovery') }),
    answers: invitation,
    status: 201,
  },
  {
    ...own,
    id: 'service-tokens.issue',
    method: 'POST',
    path: '/users/{id}/service-tokens',
    summary: 'Issue a token for a machine: its operations, from its networks; it is shown once',
    params: userParams,
    body: z.strictObject({
      operations: z.array(z.string().max(60)).min(1).max(100),
      /** CIDR: 203.0.113.0/24, 2001:db8::/48. */
      networks: z.array(z.string().max(60)).min(1).max(20),
      until: instant,
    }),
    answers: z.object({ id: idSchema('token'), token: z.string(), until: instant }),
    status: 201,
    stepUp: true,
  },
] as const satisfies readonly Operation[];
