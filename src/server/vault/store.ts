/** The store of one grant: it reads and writes the people of one client, and of them only the record
 * types of the grant. It is opened by the gate; there is no other way to a record. */
import type { Catalogue, Compartment, RecordType } from '../../catalogue/catalogue.ts';
import { newUuid } from '../uuid.ts';
import { CLIENT_KEY_VERSION, type ClientKeys } from './client-keys.ts';
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
import { openRecord, sealRecord } from './crypto/seal.ts';
import { SealError } from './crypto/seal-error.ts';
import { type SubjectKeys, subjectKeys } from './crypto/subject-keys.ts';
import { tagOf } from './crypto/tag.ts';
import { uniqueHash } from './crypto/unique-hash.ts';
import type { Database, Statement } from './database.ts';
import { NO_IMPORT, readStatement } from './records-sql.ts';
import type { RecordWrite, SealedRecord } from './sealed-record.ts';

/** A value in its canonical form, see `src/catalogue/check-value.ts`. */
export type StoredValue = string | number | boolean | { amount: string; currency: string };

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

export interface StoreConfig {
  readonly database: Database;
  readonly client: string;
  readonly keys: ClientKeys;
  readonly cache: KeyCache<SubjectKeys>;
  readonly catalogue: Catalogue;
  /** The record types of the grant. */
  readonly types: ReadonlySet<string>;
  readonly now: () => number;
}

export interface Store {
  /** The tags under which the granted records of a person lie. */
  tagsOf(subject: string, types?: ReadonlySet<string>): string[];
  /** Opens what was read under those tags; drops types outside the grant. Throws SealError. */
  open(subject: string, wrapped: Buffer, records: readonly SealedRecord[]): OpenedRecord[];
  /** The current records of a person, read now, for a write that follows; null for no such person. */
  read(subject: string): Promise<{ keyring: Buffer; records: OpenedRecord[] } | null>;
  /** A first or next revision of a record, sealed. Adds the person's key for the compartment if the
   * person has none yet: then `statements` store the changed keyring. */
  write(
    subject: string,
    wrapped: Buffer,
    write: { record: string; revision: number; body: RecordBody },
  ): { records: RecordWrite[]; statements: Statement[] };
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
  const granted = new Map<string, RecordType>();
  for (const type of catalogue.types) if (config.types.has(type.id)) granted.set(type.id, type);

  function tagsOf(subject: string, types?: ReadonlySet<string>): string[] {
    const compartments = new Set<Compartment>();
    for (const type of granted.values()) {
      if (type.about === 'subject' && (!types || types.has(type.id)))
        compartments.add(type.compartment);
    }
    return [...compartments].map((compartment) => tagOf(keys.tag, subject, compartment));
  }

  function keysOf(subject: string, wrapped: Buffer): SubjectKeys {
    const cached = cache.get(client, `${subject}/${wrapped.toString('latin1', 22, 34)}`);
    if (cached) return cached;
    const epoch = cache.epoch;
    const opened = subjectKeys(
      unwrapKeyring(keys.client, CLIENT_KEY_VERSION, { client, subject }, wrapped),
    );
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
      const body = JSON.parse(openRecord(key, meta, sealed.ct).toString()) as RecordBody;
      if (granted.get(body.t)?.compartment === compartment) {
        opened.push({ record, revision, current: sealed.current, body });
      }
    }
    return opened;
  }

  async function read(subject: string) {
    const tags = tagsOf(subject).map((tag) => [client, tag] as const);
    const [rows] = await database.batch([client], [readStatement([[client, subject]], tags)]);
    const person = rows!.find((row) => row.compartment === null);
    if (!person) return null;
    const records = rows!.filter((row) => row.compartment !== null);
    const sealed = records.map((row) => ({
      record: row.record_id as string,
      revision: row.revision as number,
      compartment: row.compartment as string,
      tag: row.tag as string,
      current: true,
      ct: row.ct as Buffer,
    }));
    const keyring = person.ct as Buffer;
    return { keyring, records: open(subject, keyring, sealed) };
  }

  function seal(
    subject: string,
    own: SubjectKeys,
    record: string,
    revision: number,
    body: RecordBody,
  ): RecordWrite {
    const type = granted.get(body.t);
    if (!type) throw new Error('a record outside the grant');
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

  return {
    tagsOf,
    open,
    read,
    write(subject, wrapped, { record, revision, body }) {
      let own = keysOf(subject, wrapped);
      const statements: Statement[] = [];
      const slot = granted.get(body.t)?.compartment as Slot;
      if (slots.includes(slot) && !hasSlot(own.keyring, slot)) {
        own = subjectKeys(addSlot(own.keyring, slot));
        const keyring = wrapKeyring(
          keys.client,
          CLIENT_KEY_VERSION,
          { client, subject },
          own.keyring,
        );
        statements.push(replaceKeyring(client, subject, wrapped, keyring));
      }
      return { records: [seal(subject, own, record, revision, body)], statements };
    },
    add(staffNumber, bodies) {
      const subject = newUuid(now());
      const needed = bodies.map((body) => granted.get(body.t)?.compartment as Slot);
      const own = subjectKeys(newKeyring(slots.filter((slot) => needed.includes(slot))));
      const keyring = wrapKeyring(
        keys.client,
        CLIENT_KEY_VERSION,
        { client, subject },
        own.keyring,
      );
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

/** Fails by dividing by zero when the keyring is not any more the one that was changed. */
function replaceKeyring(client: string, subject: string, before: Buffer, after: Buffer): Statement {
  return {
    name: 'subject/keyring',
    text: `with u as (update subject set keyring = $4
        where client_id = $1 and subject_id = $2 and keyring = $3 returning 1)
      select 1 / (select count(*) from u)`,
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
