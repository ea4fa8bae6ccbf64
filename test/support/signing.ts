/** Somebody with a passkey, and what they sign: offers are asked for and signed over HTTP. */
import { toId } from '../../src/contract/ids.ts';
import type { OperationId } from '../../src/contract/operations.ts';
import { systemDraft } from '../../src/server/ledger/draft.ts';
import { newUuid } from '../../src/server/uuid.ts';
import { type Answered, ask } from './api.ts';
import { type SoftAuthenticator, softAuthenticator, type Twist } from './soft-authenticator.ts';
import type { World } from './world.ts';

export interface Signer {
  readonly user: string;
  readonly token: string;
  readonly device: SoftAuthenticator;
}

export interface ToSign {
  readonly operation: OperationId;
  /** The client, for what stands in its ledger. */
  readonly c?: string;
  readonly params?: Record<string, string>;
  readonly body?: unknown;
}

const RP_ID = 'works.example.test';
const ORIGIN = `https://${RP_ID}`;

/** Gives a user a passkey: the fact in the provider's ledger, and in those of these clients. */
export async function newSigner(
  { server }: Pick<World, 'server'>,
  user: string,
  token: string,
  clients: readonly string[] = [],
): Promise<Signer> {
  const { ledgers, now } = server.house;
  const device = softAuthenticator(ORIGIN);
  device.create({ rp: { id: RP_ID }, user: { id: user }, challenge: 'AAAA' });
  const [passkey] = device.passkeys;
  const fact = {
    type: 'passkey.added' as const,
    id: toId('passkey', newUuid(now())),
    user,
    credential: passkey!.id,
    publicKey: passkey!.publicKey,
    rpId: RP_ID,
    origin: ORIGIN,
    signature: null,
  };
  await ledgers.appendSystem(ledgers.provider, systemDraft('sys:test', 'passkeys.add', fact));
  const source = { index: ledgers.provider.authority.index };
  for (const client of clients) {
    const state = (await ledgers.find(client.slice(4)))!;
    await ledgers.appendSystem(state, { ...systemDraft('sys:test', 'passkeys.add', fact), source });
  }
  return { user, token, device };
}

/** Asks for an offer; the answer whatever its status. */
export function askOffer(url: string, { token }: Signer, of: ToSign): Promise<Answered> {
  const { operation, c, params = {}, body } = of;
  const asked = { operation, params, ...(body !== undefined && { body }) };
  return c === undefined
    ? ask(url, token, 'provider-signing.offer', { body: asked })
    : ask(url, token, 'signing.offer', { params: { c }, body: asked });
}

export interface Offered {
  readonly id: string;
  readonly challenge: string;
  readonly passkeys: { credential: string; rpId: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly statement: any;
  readonly documents: { document: string; text: string | null }[];
  readonly until: string;
}

/** An offer; throws where there is none. */
export async function newOffer(url: string, signer: Signer, of: ToSign): Promise<Offered> {
  const answered = await askOffer(url, signer, of);
  if (answered.status !== 201) throw new Error(`offer: ${answered.status} ${answered.text}`);
  return answered.json;
}

/** The body that brings a signature of this offer, wrong where `twist` says so. */
export function assertion({ device }: Signer, offered: Offered, twist: Twist = {}) {
  const { id, response } = device.get({ challenge: offered.challenge }, twist);
  const { authenticatorData, clientDataJSON, signature } = response;
  return { credential: id, authenticatorData, clientDataJSON, signature };
}

/** Brings a signature, whatever comes of it. */
export function sendSignature(
  url: string,
  { token }: Pick<Signer, 'token'>,
  c: string | undefined,
  id: string,
  body: object,
): Promise<Answered> {
  return c === undefined
    ? ask(url, token, 'provider-signing.sign', { params: { id }, body })
    : ask(url, token, 'signing.sign', { params: { c, id }, body });
}

/** Asks, signs, and gives the answer; throws unless it is recorded. */
// biome-ignore lint/suspicious/noExplicitAny: of every operation
export async function signed(url: string, signer: Signer, of: ToSign): Promise<any> {
  const offered = await newOffer(url, signer, of);
  const answered = await sendSignature(url, signer, of.c, offered.id, assertion(signer, offered));
  if (answered.status !== 201) throw new Error(`sign: ${answered.status} ${answered.text}`);
  return answered.json;
}
