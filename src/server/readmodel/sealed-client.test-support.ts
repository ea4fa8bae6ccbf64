/** For tests: a client whose people and records are sealed, stored and entered in its ledger as the
 * server does it, without gate or lane. */
import { hash } from 'node:crypto';
import type pg from 'pg';
import { type Change, ENTRY_LIST_MAX } from '#verifier/entry.ts';
import type { Compartment } from '../../catalogue/catalogue.ts';
import { toId } from '../../contract/ids.ts';
import { COMPARTMENTS } from '../ledger/changed-records.ts';
import { systemDraft } from '../ledger/draft.ts';
import { buildEntry } from '../ledger/entries.ts';
import type { LedgerKeys } from '../ledger/ledger-keys.ts';
import { newUuid } from '../uuid.ts';
import { compartmentKey } from '../vault/crypto/compartment-key.ts';
import { type Keyring, newKeyring, wrapKeyring } from '../vault/crypto/keyring.ts';
import { newKey } from '../vault/crypto/random-key.ts';
import { sealBlob, sealRecord } from '../vault/crypto/seal.ts';
import { tagOf } from '../vault/crypto/tag.ts';
import { uuidBytes } from '../vault/crypto/uuid-bytes.ts';
import { firstVersion } from '../vault/crypto/versioned-key.ts';
import type { ClientAccess, Version } from './messages.ts';
import type { Plain } from './table.ts';

const AT = Date.UTC(2026, 10, 1);
const YEAR = 2026;
const NONE = '00000000-0000-0000-0000-000000000000';

interface Person {
  readonly id: string;
  readonly keyring: Keyring;
}

interface Row {
  readonly id: string;
  readonly revision: number;
  readonly compartment: Compartment;
  readonly tag: string;
  readonly ct: Buffer;
}

export interface Given extends Pick<Plain, 't' | 'e'> {
  readonly compartment: Compartment;
  readonly from?: string | null;
  readonly until?: string | null;
  /** The record to correct; absent for a new one. */
  readonly id?: string;
  readonly revision?: number;
}

export class SealedClient {
  readonly id = newUuid(AT);
  readonly access: ClientAccess;
  readonly #db: pg.ClientBase;
  readonly #keys: LedgerKeys;
  #size = 0;
  #version = 0;
  #purge = 0;
  #pending: { person: Person; isNew: boolean; rows: Row[] }[] = [];

  /** `db` may write the tables; the client's head is made by the first commit. */
  constructor(db: pg.ClientBase) {
    const sealing = new Map([[YEAR, newKey()]]);
    this.#db = db;
    this.#keys = { sealing } as unknown as LedgerKeys;
    this.access = {
      clientId: this.id,
      keys: {
        client: firstVersion(newKey()),
        tag: newKey(),
        record: firstVersion(newKey()),
        ledger: sealing,
      },
    };
  }

  get version(): Version {
    return { dataVersion: this.#version, purgeVersion: this.#purge };
  }

  /** A new person with records; written by `commit`. */
  add(records: readonly Given[], id = newUuid(AT)): { person: Person; records: string[] } {
    const person = { id, keyring: newKeyring(['demographic']) };
    return { person, records: this.put(person, records, true) };
  }

  /** Records of a person: new, or the next revision of an old one. */
  put(person: Person, records: readonly Given[], isNew = false): string[] {
    const rows = records.map((given): Row => {
      const record = given.id ?? newUuid(AT);
      const revision = given.revision ?? 1;
      const plain = { ...given, from: given.from ?? null, until: given.until ?? null };
      const { t, e, from, until } = plain;
      const text = JSON.stringify({
        t,
        e,
        from,
        until,
        at: new Date(AT).toISOString(),
        by: 'sys:test',
        via: null,
      });
      const meta = {
        client: this.id,
        subject: person.id,
        record,
        revision,
        catalogueVersion: 1,
        keyVersion: 1,
      };
      const key = compartmentKey(person.keyring, given.compartment)!;
      return {
        id: record,
        revision,
        compartment: given.compartment,
        tag: tagOf(this.access.keys.tag, person.id, given.compartment),
        ct: sealRecord(key, meta, Buffer.from(text)),
      };
    });
    this.#pending.push({ person, isNew, rows });
    return rows.map((row) => row.id);
  }

  /** Writes what was added, with one entry that names the changes. */
  async commit(): Promise<Version> {
    const pending = this.#pending;
    this.#pending = [];
    await this.#begin();
    const added = pending.filter((one) => one.isNew).map((one) => one.person);
    const rows = pending.flatMap((one) => one.rows);
    for (let i = 0; i < Math.max(added.length, rows.length); i += 2000) {
      await this.#write(added.slice(i, i + 2000), rows.slice(i, i + 2000));
    }
    await this.#enter(rows);
    this.#version++;
    await this.#db.query(
      `insert into head (client_id, size, frontier, last_at, auth_index, data_version, purge_version, pending)
        values ($1, $2, '', now(), 0, $3, $4, null)
        on conflict (client_id) do update set size = $2, data_version = $3, purge_version = $4`,
      [this.id, this.#size, this.#version, this.#purge],
    );
    await this.#db.query('commit');
    return this.version;
  }

  /** As an erasure would: everybody must load anew. */
  async purge(): Promise<Version> {
    this.#purge++;
    return this.commit();
  }

  async #begin(): Promise<void> {
    await this.#db.query(`begin; set local app.client = '${this.id}'`);
  }

  async #write(people: readonly Person[], rows: readonly Row[]): Promise<void> {
    const wrapped = people.map((one) =>
      wrapKeyring(this.access.keys.client, { client: this.id, subject: one.id }, one.keyring),
    );
    await this.#db.query(
      `insert into subject (client_id, subject_id, import_id, staff_number_hash, keyring)
        select $1, s, '${NONE}', h, k from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as u(s, h, k)`,
      [
        this.id,
        people.map((one) => one.id),
        people.map((one) => hash('sha256', one.id, 'buffer')),
        wrapped,
      ],
    );
    await this.#db.query(
      `update record r set replaced_in = '${NONE}' from unnest($2::uuid[], $3::int[]) as u(id, revision)
        where r.client_id = $1 and r.record_id = u.id and r.revision = u.revision - 1`,
      [this.id, rows.map((row) => row.id), rows.map((row) => row.revision)],
    );
    await this.#db.query(
      `insert into record (client_id, record_id, revision, compartment, tag, import_id, ct)
        select $1, i, r, c, t, '${NONE}', b
        from unnest($2::uuid[], $3::int[], $4::text[], $5::uuid[], $6::bytea[]) as u(i, r, c, t, b)`,
      [
        this.id,
        rows.map((row) => row.id),
        rows.map((row) => row.revision),
        rows.map((row) => row.compartment),
        rows.map((row) => row.tag),
        rows.map((row) => row.ct),
      ],
    );
  }

  /** One entry; up to a hundred changes stand in it, more are attached. */
  async #enter(rows: readonly Row[]): Promise<void> {
    const isLong = rows.length > ENTRY_LIST_MAX;
    const attachment = isLong ? newUuid(AT) : null;
    const digest = `sha256:${hash('sha256', String(rows.length), 'hex')}`;
    const changes = isLong ? { count: rows.length, digest } : rows.map(changeOf).sort(byRecord);
    const draft = {
      ...systemDraft('sys:test', 'imports.start', null),
      changes: rows.length === 0 ? null : changes,
    };
    const entry = buildEntry(this.#keys, this.id, this.#size, AT, draft);
    await this.#db.query(
      `insert into ledger_entry (client_id, idx, leaf, is_fact, has_changes, attachment, ct)
        values ($1, $2, $3, false, $4, $5, $6)`,
      [this.id, this.#size, entry.leaf, rows.length > 0, attachment, entry.ct],
    );
    this.#size++;
    if (attachment !== null) await this.#attach(attachment, rows);
  }

  async #attach(attachment: string, rows: readonly Row[]): Promise<void> {
    for (const [part, compartment] of COMPARTMENTS.entries()) {
      const listed = rows.filter((row) => row.compartment === compartment).map(packedChange);
      if (listed.length === 0) continue;
      const bytes = Buffer.concat([Buffer.from([part]), ...listed]);
      const aad = ['attachment', this.id, attachment, 'changes', part];
      const key = this.#keys.sealing.get(YEAR)!;
      const ct = sealBlob(key, YEAR, aad, bytes, { siv: true, pad: true });
      await this.#db.query(
        `insert into ledger_attachment (client_id, attachment_id, kind, part, ct)
          values ($1, $2, 'changes', $3, $4)`,
        [this.id, attachment, part, ct],
      );
    }
  }
}

function changeOf({ id, revision, ct }: Row): Change {
  return { record: toId('record', id), revision, digest: `sha256:${hash('sha256', ct, 'hex')}` };
}

function byRecord(a: Change, b: Change): number {
  return a.record < b.record ? -1 : 1;
}

function packedChange(row: Row): Buffer {
  const revision = Buffer.alloc(4);
  revision.writeUInt32BE(row.revision);
  return Buffer.concat([uuidBytes(row.id), revision, hash('sha256', row.ct, 'buffer')]);
}
