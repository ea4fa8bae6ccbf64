/** Signing in as a browser would, with a soft authenticator. */
import { type Answered, ask, must, originOf } from './api.ts';
import { type SoftAuthenticator, softAuthenticator, type Twist } from './soft-authenticator.ts';
import type { Persona, World } from './world.ts';

export interface SignedIn {
  /** `name=value` of the session's cookie. */
  readonly cookie: string;
  /** `ses_…`, `usr_…` and, where it is known, `pky_…`. */
  readonly session: string;
  readonly user: string;
  readonly passkey: string | null;
  readonly device: SoftAuthenticator;
}

type Device = Parameters<typeof softAuthenticator>[1];

/** Invites the user (`usr_…`) in the name of `by`, a token that may, and accepts. */
export async function enrol(
  url: string,
  by: string,
  user: string,
  device?: Device,
): Promise<SignedIn> {
  const { link } = await must(url, by, 'invitations.issue', { params: { id: user } });
  return accept(url, link, softAuthenticator(originOf(url), device));
}

export async function accept(
  url: string,
  link: string,
  device: SoftAuthenticator,
): Promise<SignedIn> {
  return signedIn(await tryAccept(url, link, device), device);
}

export async function tryAccept(
  url: string,
  link: string,
  device: SoftAuthenticator,
  twist: Twist = {},
): Promise<Answered> {
  const invitation = secretOf(link);
  const asked = { body: { invitation } };
  const { json } = await ask(url, null, 'invitations.options', asked);
  const created = device.create(json.options, twist);
  return ask(url, null, 'invitations.accept', { body: { invitation, created } });
}

export function secretOf(link: string): string {
  return new URL(link).hash.slice(1);
}

/** `more` can bring along a cookie, an address, or what the device does wrong. */
export async function trySignIn(
  url: string,
  device: SoftAuthenticator,
  more: { twist?: Twist; address?: string; cookie?: string } = {},
): Promise<Answered> {
  const { twist, address, cookie } = more;
  const body = address === undefined ? {} : { address };
  const { json } = await ask(url, null, 'sessions.options', { body });
  const assertion = device.get(json.options, twist);
  return ask(url, null, 'sessions.start', { body: { assertion }, ...(cookie && { cookie }) });
}

export async function signIn(
  url: string,
  device: SoftAuthenticator,
  more: Parameters<typeof trySignIn>[2] = {},
): Promise<SignedIn> {
  return signedIn(await trySignIn(url, device, more), device);
}

function signedIn(answered: Answered, device: SoftAuthenticator): SignedIn {
  const { status, json, text } = answered;
  if (status >= 300) throw new Error(`${status} ${text}`);
  return {
    cookie: cookieIn(answered),
    session: json.id,
    user: json.user,
    passkey: json.passkey ?? null,
    device,
  };
}

/** `name=value` of the cookie that an answer sets. */
export function cookieIn({ headers }: Answered): string {
  return headers.getSetCookie()[0]!.split(';')[0]!;
}

const devices = new WeakMap<World, Map<Persona, SoftAuthenticator>>();

/** The device of a persona, enrolled when it is first needed; and a new session. */
export async function signInAs(world: World, persona: Persona): Promise<SignedIn> {
  const { url, tokens, users } = world;
  const known = devices.get(world) ?? new Map<Persona, SoftAuthenticator>();
  devices.set(world, known);
  const device = known.get(persona);
  if (device) return signIn(url, device);
  const by = OF_CLIENT.has(persona) ? tokens.hr : tokens.administrator;
  const enrolled = await enrol(url, by, users[persona]);
  known.set(persona, enrolled.device);
  return enrolled;
}

const OF_CLIENT: ReadonlySet<Persona> = new Set([
  'hr',
  'executive',
  'manager',
  'staff',
  'auditor',
] as const);
