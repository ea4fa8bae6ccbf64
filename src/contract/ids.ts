/** Ids as outsiders see them: a prefix and a UUIDv7. The database holds the bare uuid. */
import { z } from 'zod';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const UUID_PATTERN = new RegExp(`^${UUID}$`);

const PREFIXES = {
  client: 'cli',
  subject: 'sub',
  user: 'usr',
  person: 'per',
  record: 'rec',
  import: 'imp',
  instruction: 'ins',
  assignment: 'asg',
  nda: 'nda',
  agreement: 'agr',
  notice: 'ntc',
  token: 'tok',
  session: 'ses',
  run: 'run',
  document: 'doc',
  job: 'job',
  procedures: 'prc',
  schedule: 'sch',
  office: 'off',
  hours: 'hrs',
  exception: 'exc',
  suspension: 'sus',
  review: 'rev',
  alert: 'alr',
  clock: 'clk',
  passkey: 'pky',
  text: 'txt',
  erasure: 'ers',
  invitation: 'inv',
  recovery: 'rcv',
  offer: 'ofr',
} as const;

export type IdKind = keyof typeof PREFIXES;
export type Id<K extends IdKind> = string & { readonly __id: K };

/** A zod schema of one kind of id. */
export function idSchema<K extends IdKind>(kind: K) {
  const pattern = new RegExp(`^${PREFIXES[kind]}_${UUID}$`);
  return z
    .string()
    .regex(pattern, `must be ${PREFIXES[kind]}_ and a UUIDv7`) as unknown as z.ZodType<
    Id<K>,
    string
  >;
}

/** The id of `kind` for a bare uuid. */
export function toId<K extends IdKind>(kind: K, uuid: string): Id<K> {
  return `${PREFIXES[kind]}_${uuid}` as Id<K>;
}

/** The bare uuid of an id; throws on anything that is not a prefix and a UUIDv7. */
export function uuidOf(id: string): string {
  const uuid = id.slice(4);
  if (id[3] !== '_' || !UUID_PATTERN.test(uuid)) throw new Error('not an id');
  return uuid;
}

/** The bare uuid when `text` is an id of `kind`, otherwise undefined. */
export function parseId(kind: IdKind, text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith(`${PREFIXES[kind]}_`)) return undefined;
  const uuid = text.slice(4);
  return UUID_PATTERN.test(uuid) ? uuid : undefined;
}
