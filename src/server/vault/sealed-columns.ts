/** Every column that holds something sealed under a client's record key, so that it can be sealed anew
 * when that key changes. A column that is missing here would be lost: a test looks for it. */
import type { AadPart } from './crypto/aad.ts';
import type { BlobForm } from './crypto/seal.ts';
import { openUnder, sealUnder, type VersionedKey } from './crypto/versioned-key.ts';
import type { Row, Statement } from './database.ts';

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The key of the table after client_id. */
  readonly key: readonly string[];
  readonly label: string;
}

/** All of them alike: `label`, the client, and the key as it stands in the row; a digest as hex. */
export const SEALED_UNDER_RECORD: readonly SealedColumn[] = [
  { table: 'client_profile', column: 'ct', key: [], label: 'client-profile' },
  { table: 'adoption', column: 'ct', key: ['sha256'], label: 'adoption' },
  { table: 'staff_import', column: 'status', key: ['import_id'], label: 'import-status' },
  { table: 'report_run', column: 'ct', key: ['run_id'], label: 'report-run' },
  { table: 'proposal', column: 'ct', key: ['proposal_id'], label: 'proposal' },
  { table: 'office', column: 'ct', key: ['office_id'], label: 'office' },
  {
    table: 'exception_reason',
    column: 'ct',
    key: ['exception_id'],
    label: 'exception-reason',
  },
  { table: 'replay', column: 'ct', key: ['user_id', 'key_hash'], label: 'replay' },
  { table: 'identity_provider', column: 'ct', key: [], label: 'identity-provider' },
  { table: 'job', column: 'ct', key: ['job_id'], label: 'job' },
  { table: 'saved_run', column: 'wrapped', key: ['run_id', 'user_id'], label: 'run-key' },
  { table: 'saved_run', column: 'meta', key: ['run_id', 'user_id'], label: 'saved-run' },
  {
    table: 'report_schedule',
    column: 'ct',
    key: ['schedule_id', 'user_id'],
    label: 'report-schedule',
  },
  { table: 'detection_state', column: 'place', key: [], label: 'detection-place' },
  { table: 'detection_state', column: 'seen', key: [], label: 'detection-seen' },
  { table: 'detection_state', column: 'canaries', key: [], label: 'canaries' },
  { table: 'signing_offer', column: 'ct', key: ['offer_id'], label: 'signing-offer' },
  { table: 'sealed_text', column: 'ct', key: ['text_hash'], label: 'sealed-text' },
];

const FORM: BlobForm = { siv: true, pad: true };

/** Rows of the column that lie under another version than this. */
export function rowsUnderOther(
  { table, column, key }: SealedColumn,
  client: string,
  version: number,
  limit: number,
): Statement {
  return {
    name: `sealed/${table}-${column}-other`,
    text: `select ${[...key, column].join(', ')} from ${table}
      where client_id = $1 and substring(${column} from 3 for 4) <> $2 limit $3`,
    values: [client, versionBytes(version), limit],
  };
}

/** The statement that seals the value of a row anew, unless it was changed meanwhile. Throws SealError. */
export function resealRow(
  of: SealedColumn,
  client: string,
  recordKey: VersionedKey,
  row: Row,
): Statement {
  const { table, column, key } = of;
  const before = row[column] as Buffer;
  const parts = partsOf(of, client, row);
  const bytes = openUnder(recordKey, parts, before, FORM);
  const after = sealUnder(recordKey, parts, bytes, FORM);
  bytes.fill(0);
  const where = key.map((name, i) => ` and ${name} = $${i + 4}`).join('');
  return {
    name: `sealed/${table}-${column}-reseal`,
    text: `update ${table} set ${column} = $2 where client_id = $1 and ${column} = $3${where}`,
    values: [client, after, before, ...key.map((name) => row[name])],
  };
}

/** The version of a key as it stands in everything that the key sealed or wrapped, from byte 3 on. */
export function versionBytes(version: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(version);
  return bytes;
}

function partsOf({ key, label }: SealedColumn, client: string, row: Row): AadPart[] {
  const own = key.map((name) => {
    const value = row[name] as string | Buffer;
    return name === 'sha256' ? (value as Buffer).toString('hex') : value;
  });
  return [label, client, ...own];
}
