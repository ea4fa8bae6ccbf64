/** The store of one grant: it reads and writes the people of one client, and of them only the record
 * types of the grant. Records about the client itself lie in it too, as those of one more subject, whose
 * id is NIL_UUID. It is opened by the gate; there is no other way to a record. */
import type { Catalogue, Compartment, RecordType } from '../../catalogue/catalogue.ts';
import { carryRecord, hasSteps } from '../../catalogue/migration.ts';
import { newUuid } from '../uuid.ts';
import { checkStays } from './append-only.ts';
import type { ClientKeys } from './client-keys.ts';
import type { KeyCache } from './crypto/key-cache.ts';
import {
  addSlot,
  hasSlot,
  newKeyring,
  type Slot,
  slots,
  unwrapKeyring,
  wrapKeyring,
} from './crypto/keyring.ts';
import { openRecord, sealedCatalogueVersion, sealRecord } from './crypto/seal.ts';
import { SealError } from './crypto/seal-error.ts';
import { type SubjectKeys, subjectKeys } from './crypto/subject-keys.ts';
import { tagOf } from './crypto/tag.ts';
import { clientItselfHash, uniqueHash } from './crypto/unique-hash.ts';
import { NIL_UUID } from './crypto/uuid-bytes.ts';
import type { Database, Statement } from './database.ts';
import { sameKeyring } from './keyring-sql.ts';
import {
  historyNowStatement,
  keyringsNowStatement,
  NO_IMPORT,
  recordsNowStatement,
  sealedRecordOf,
  unchangedStatement,
} from './records-sql.ts';
import type { RecordWrite, SealedRecord } from './sealed-record.ts';
import type { StoredDocument } from './stored-document.ts';

/** A value in its canonical form, see `src/catalogue/check-value.ts`. */
export type StoredValue =
  | string
  | number
  | boolean
  | { amount: string; currency: string }
  | StoredDocument;

/** The plaintext of a record: what is sealed, as JSON. */
export interface RecordBody {
  /** Record type. */
  readonly t: string;
  /** Values by element. */
  readonly e: Readonly<Record<string, StoredValue>>;
  /** Effective dates, half-open. */
  readonly from: string | null;
  readonly until: string | null;
  /** When, by whom and through which import this revision was written. */
  readonly at: string;
  readonly by: string;
  readonly via: string | null;
}

export interface OpenedRecord {
  readonly record: string;
  readonly revision: number;
  readonly current: boolean;
  readonly body: RecordBody;
}

export interface ReadRecords {
  readonly keyring: Buffer;
  readonly records: OpenedRecord[];
  /** The sum of all current revisions by compartment, of types outside the grant too. */
  readonly revisions: ReadonlyMap<string, number>;
}

export interface StoreConfig {
  readonly database: Database;
  readonly client: string;
  readonly keys: ClientKeys;
  readonly cache: KeyCache<SubjectKeys>;
  readonly catalogue: Catalogue;
  /** The record types of the grant. */
  readonly types: ReadonlySet<string>;
  readonly now: () => number;
  /** Whether people get new keys meanwhile: then a write stands only under the keyring it was sealed
   * with. */
  readonly areKeysChanging: boolean;
}

export interface Store {
  /** The tags under which the granted records of a person lie. */
  tagsOf(subject: string, types?: ReadonlySet<string>): string[];
  /** Opens what was read under those tags; drops types outside the grant. Throws SealError. */
  open(subject: string, wrapped: Buffer, records: readonly SealedRecord[]): OpenedRecord[];
  /** The statement that gives the client itself a keyring for records of its own; it fails when there is
   * one already. */
  beginOwn(): Statement;
  /** Whether there is such a person; for the client itself, whether it has ever had records. */
  has(subject: string): Promise<boolean>;
  /** The current records of a person, or all revisions, read now; null for no such person. */
  read(subject: string, history?: 'history'): Promise<ReadRecords | null>;
  /** A first or next revision of a record, sealed; `before` is what a next one replaces. Adds the
   * person's key for the compartment if the person has none yet: then `statements` store the changed
   * keyring, which also comes back. Without a keyring, which only the client itself can be, they store
   * its first one. Throws a Refusal when the record type lets nothing be changed; a record that is only
   * carried over to another catalogue is not changed. */
  write(
    subject: string,
    wrapped: Buffer | null,
    write: {
      record: string;
      revision: number;
      body: RecordBody;
      before?: RecordBody;
      isCarried?: boolean;
    },
  ): { records: RecordWrite[]; statements: Statement[]; keyring: Buffer };
  /** The statement, for the work that writes `written`, that fails when somebody else has written in
   * the compartment of the record type since `read` was read. */
  unchanged(
    subject: string,
    type: string,
    read: Pick<ReadRecords, 'revisions'>,
    written: readonly RecordWrite[],
  ): Statement;
  /** A new person with first records. */
  add(
    staffNumber: string,
    bodies: readonly RecordBody[],
  ): { subject: string; records: RecordWrite[]; statements: Statement[] };
  /** The statement that gives a person another staff number; it fails when somebody else has it. */
  renumber(subject: string, staffNumber: string): Statement;
}

/** Keys do not rotate yet: every keyring and record is under version 1. */
const KEY_VERSION = 1;

export function openStore(config: StoreConfig): Store {
  const { client, keys, cache, catalogue, database, now } = config;
  const granted = grantedTypes(catalogue, config.types);

  function tagsOf(subject: string, types?: ReadonlySet<string>): string[] {
    const compartments = new Set<Compartment>();
    for (const type of granted.values()) {
      if (type.about === aboutOf(subject) && (!types || types.has(type.id)))
        compartments.add(type.compartment);
    }
    return [...compartments].map((compartment) => tagOf(keys.tag, subject, compartment));
  }

  function keysOf(subject: string, wrapped: Buffer): SubjectKeys {
    const cached = cache.get(client, `${subject}/${wrapped.toString('latin1', 22, 34)}`);
    if (cached) return cached;
    const epoch = cache.epoch;
    const opened = subjectKeys(unwrapKeyring(keys.client, { client, subject }, wrapped));
    cache.set(client, `${subject}/${wrapped.toString('latin1', 22, 34)}`, opened, epoch);
    return opened;
  }

  function open(
    subject: string,
    wrapped: Buffer,
    records: readonly SealedRecord[],
  ): OpenedRecord[] {
    const opened: OpenedRecord[] = [];
    const current = new Set<string>();
    const own = keysOf(subject, wrapped);
    const tags = new Map<string, string>();
    for (const sealed of records) {
      const compartment = sealed.compartment as Compartment;
      const tag = tags.get(compartment) ?? tagOf(keys.tag, subject, compartment);
      tags.set(compartment, tag);
      // Only this person's rows were asked for: another compartment's name was put beside one.
      if (sealed.tag !== tag) throw new SealError('authentication');
      const key = own.compartment(compartment);
      if (!key) throw new SealError('commitment');
      const { record, revision } = sealed;
      // A replaced revision that was made to look current again.
      if (sealed.current && current.has(record)) throw new SealError('authentication');
      if (sealed.current) current.add(record);
      const meta = { client, subject, record, revision, keyVersion: KEY_VERSION };
      const written = JSON.parse(openRecord(key, meta, sealed.ct).toString()) as RecordBody;
      const body = asAdopted(catalogue, compartment, written, sealed.ct);
      const type = body && granted.get(body.t);
      if (body && type?.compartment === compartment && type.about === aboutOf(subject)) {
        opened.push({ record, revision, current: sealed.current, body });
      }
    }
    return opened;
  }

  async function read(subject: string, history?: 'history') {
    const tags = tagsOf(subject);
    const statements = [keyringsNowStatement(client, [subject]), recordsNowStatement(client, tags)];
    if (history) statements.push(historyNowStatement(client, tags));
    const [people, records, old = []] = await database.batch([client], statements);
    const person = people![0];
    if (!person) return null;
    const keyring = person.keyring as Buffer;
    const sealed = [
      ...records!.map((row) => sealedRecordOf(row, true)),
      ...old.map((row) => sealedRecordOf(row, false)),
    ];
    const revisions = new Map<string, number>();
    for (const { compartment, revision, current } of sealed) {
      if (!current) continue;
      revisions.set(compartment, (revisions.get(compartment) ?? 0) + revision);
    }
    return { keyring, records: open(subject, keyring, sealed), revisions };
  }

  function seal(
    subject: string,
    own: SubjectKeys,
    record: string,
    revision: number,
    body: RecordBody,
  ): RecordWrite {
    const type = granted.get(body.t);
    if (type?.about !== aboutOf(subject)) throw new Error('a record outside the grant');
    const meta = {
      client,
      subject,
      record,
      revision,
      catalogueVersion: catalogue.version,
      keyVersion: KEY_VERSION,
    };
    const { compartment } = type;
    const ct = sealRecord(own.compartment(compartment)!, meta, Buffer.from(JSON.stringify(body)));
    return { record, revision, compartment, tag: tagOf(keys.tag, subject, compartment), ct };
  }

  function makeKeyring(subject: string, needed: readonly Slot[]) {
    const own = subjectKeys(newKeyring(slots.filter((slot) => needed.includes(slot))));
    const owner = { client, subject };
    return { own, keyring: wrapKeyring(keys.client, owner, own.keyring) };
  }

  function insertClientItself(keyring: Buffer): Statement {
    return insertSubject(client, NIL_UUID, clientItselfHash(keys.unique, client), keyring);
  }

  return {
    tagsOf,
    open,
    read,
    beginOwn: () => insertClientItself(makeKeyring(NIL_UUID, []).keyring),
    async has(subject) {
      const [rows] = await database.batch([client], [keyringsNowStatement(client, [subject])]);
      return rows!.length > 0;
    },
    unchanged(subject, type, { revisions }, written) {
      const { compartment } = granted.get(type)!;
      const own = written.filter((write) => write.compartment === compartment);
      // Each write makes the sum one more: a first revision, or one more than it replaces.
      const expected = (revisions.get(compartment) ?? 0) + own.length;
      return unchangedStatement(client, tagOf(keys.tag, subject, compartment), expected);
    },
    write(subject, wrapped, { record, revision, body, before, isCarried }) {
      const type = granted.get(body.t);
      if (revision > 1 && !isCarried) checkStays(type, before, body);
      const slot = type?.compartment as Slot;
      if (wrapped === null) {
        if (subject !== NIL_UUID) throw new Error('a person without a keyring');
        const made = makeKeyring(subject, [slot]);
        return {
          records: [seal(subject, made.own, record, revision, body)],
          statements: [insertClientItself(made.keyring)],
          keyring: made.keyring,
        };
      }
      let keyring = wrapped;
      let own = keysOf(subject, wrapped);
      const statements: Statement[] = [];
      if (config.areKeysChanging) statements.push(sameKeyring(client, subject, wrapped));
      if (slots.includes(slot) && !hasSlot(own.keyring, slot)) {
        own = subjectKeys(addSlot(own.keyring, slot));
        keyring = wrapKeyring(keys.client, { client, subject }, own.keyring);
        statements.push(replaceKeyring(client, subject, wrapped, keyring));
      }
      return { records: [seal(subject, own, record, revision, body)], statements, keyring };
    },
    add(staffNumber, bodies) {
      const subject = newUuid(now());
      const needed = bodies.map((body) => granted.get(body.t)?.compartment as Slot);
      const { own, keyring } = makeKeyring(subject, needed);
      const hash = uniqueHash(keys.unique, 'staff-number', staffNumber);
      return {
        subject,
        records: bodies.map((body) => seal(subject, own, newUuid(now()), 1, body)),
        statements: [insertSubject(client, subject, hash, keyring)],
      };
    },
    renumber(subject, staffNumber) {
      return {
        name: 'subject/renumber',
        text: 'update subject set staff_number_hash = $3 where client_id = $1 and subject_id = $2',
        values: [client, subject, uniqueHash(keys.unique, 'staff-number', staffNumber)],
      };
    },
  };
}

function aboutOf(subject: string): RecordType['about'] {
  return subject === NIL_UUID ? 'client' : 'subject';
}

/** A record of an older version of the catalogue under the ids and codes of the one adopted; null for one
 * of which nothing is left. What went to other types is in records of its own. */
function asAdopted(
  catalogue: Catalogue,
  compartment: Compartment,
  body: RecordBody,
  sealed: Buffer,
): RecordBody | null {
  const version = sealedCatalogueVersion(sealed);
  if (version < catalogue.version && hasSteps(catalogue, version)) {
    const { type, values } = carryRecord(catalogue, version, compartment, body.t, body.e);
    return type === null || isEmpty(values) ? null : { ...body, t: type, e: values };
  }
  return isEmpty(body.e) ? null : body;
}

function isEmpty(values: object): boolean {
  for (const _ in values) return false;
  return true;
}

/** By the set of a grant, which lives as long as the decision that it follows from. */
const grantedBySet = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, RecordType>>();

function grantedTypes(catalogue: Catalogue, types: ReadonlySet<string>) {
  let granted = grantedBySet.get(types);
  if (!granted) {
    const list = catalogue.types.filter((type) => types.has(type.id));
    granted = new Map(list.map((type) => [type.id, type]));
    grantedBySet.set(types, granted);
  }
  return granted;
}

/** Fails as `CHANGED` when the keyring is not any more the one that was changed. */
function replaceKeyring(client: string, subject: string, before: Buffer, after: Buffer): Statement {
  return {
    name: 'subject/keyring',
    text: `with u as (update subject set keyring = $4
        where client_id = $1 and subject_id = $2 and keyring = $3 returning 1)
      select (case when (select count(*) from u) = 1 then 1 else 40000 end)::int2`,
    values: [client, subject, before, after],
  };
}

function insertSubject(client: string, subject: string, hash: Buffer, keyring: Buffer): Statement {
  return {
    name: 'subject/insert',
    text: `insert into subject (client_id, subject_id, import_id, staff_number_hash, keyring)
      values ($1, $2, '${NO_IMPORT}', $3, $4)`,
    values: [client, subject, hash, keyring],
  };
}
