/** Imports over HTTP, and what the database really holds afterwards. */
import type { Compartment } from '../../src/catalogue/catalogue.ts';
import type { House } from '../../src/server/house.ts';
import { compartmentKey } from '../../src/server/vault/crypto/compartment-key.ts';
import { unwrapKeyring } from '../../src/server/vault/crypto/keyring.ts';
import { openRecord } from '../../src/server/vault/crypto/seal.ts';
import { tagOf } from '../../src/server/vault/crypto/tag.ts';
import type { RecordBody } from '../../src/server/vault/store.ts';
import { type Answered, ask, must } from './api.ts';

export interface ImportStatus {
  readonly id: string;
  readonly mode: string;
  readonly state: string;
  readonly rows: Readonly<
    Record<'read' | 'added' | 'changed' | 'unchanged' | 'discarded' | 'skipped', number>
  >;
  readonly errorCount: number;
  readonly errors: readonly { row: number; column: string; reason: string }[];
  readonly undoUntil: string | null;
  readonly progress: { step: string; unit: string; done: number; total: number | null } | null;
}

export interface Sender {
  readonly url: string;
  readonly token: string;
  readonly client: string;
}

export type Mode = 'check' | 'commit';

export async function sendFile(
  { url, token, client }: Sender,
  mode: Mode,
  file: string | Buffer,
  mapping: unknown,
  onError?: 'skip',
): Promise<Answered> {
  const body = new FormData();
  body.set('mapping', new Blob([JSON.stringify(mapping)]), 'mapping.json');
  body.set('file', new Blob([typeof file === 'string' ? file : new Uint8Array(file)]), 'staff.csv');
  return ask(url, token, 'imports.start', {
    params: { c: client },
    query: { mode, ...(onError && { onError }) },
    body,
  });
}

export async function readStatus(
  { url, token, client }: Sender,
  id: string,
): Promise<ImportStatus> {
  return must(url, token, 'imports.read', { params: { c: client, id } });
}

const UNDER_WAY = ['queued', 'running', 'cancelling', 'undoing'];

/** The import at its end. */
export async function ended(sender: Sender, id: string): Promise<ImportStatus> {
  for (;;) {
    const status = await readStatus(sender, id);
    if (!UNDER_WAY.includes(status.state)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends a file that must be accepted, and waits for the end. */
export async function importFile(
  sender: Sender,
  mode: Mode,
  file: string | Buffer,
  mapping: unknown,
  onError?: 'skip',
): Promise<ImportStatus> {
  const started = await sendFile(sender, mode, file, mapping, onError);
  if (started.status !== 202) throw new Error(`import: ${started.status} ${started.text}`);
  return ended(sender, started.json.id);
}

export interface HeldRow {
  readonly subject: string;
  readonly revision: number;
  /** Whether nothing replaced it. */
  readonly current: boolean;
  readonly importId: string;
  readonly body: RecordBody;
}

/** Every stored record of a client, opened with its keys: the pending ones too. */
export async function openAll(house: House, clientId: string): Promise<HeldRow[]> {
  const client = clientId.slice(4);
  const { clientKeys } = (await house.ledgers.find(client))!;
  const select = (name: string, text: string) => ({ name, text, values: [client] });
  const [subjects, records] = await house.database.batch(
    [client],
    [
      select('test/subjects', 'select subject_id, keyring from subject where client_id = $1'),
      select(
        'test/records',
        `select record_id, revision, compartment, tag, import_id, replaced_in, ct from record
          where client_id = $1`,
      ),
    ],
  );
  const owners = new Map<string, { subject: string; wrapped: Buffer }>();
  for (const row of subjects!) {
    const subject = row.subject_id as string;
    for (const compartment of COMPARTMENTS) {
      owners.set(tagOf(clientKeys.tag, subject, compartment), {
        subject,
        wrapped: row.keyring as Buffer,
      });
    }
  }
  return records!.flatMap((row) => {
    const owner = owners.get(row.tag as string);
    if (!owner) return [];
    const { subject, wrapped } = owner;
    const keyring = unwrapKeyring(clientKeys.client, { client, subject }, wrapped);
    const key = compartmentKey(keyring, row.compartment as Compartment)!;
    const [record, revision] = [row.record_id as string, row.revision as number];
    const meta = { client, subject, record, revision, keyVersion: 1 };
    const body = JSON.parse(openRecord(key, meta, row.ct as Buffer).toString()) as RecordBody;
    const current = row.replaced_in === null;
    return [{ subject, revision, current, importId: row.import_id as string, body }];
  });
}

const COMPARTMENTS: readonly Compartment[] = [
  'personnel',
  'contact',
  'pay',
  'identity',
  'demographic',
  'medical',
  'bank',
  'conduct',
];

/** An invented file: a number, a name, a hiring, a job and pay per person. */
export function staffFile(
  first: number,
  count: number,
  more: (number: number) => { title?: string; pay?: string } = () => ({}),
): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const number = first + i;
    const { title = 'Clerk', pay = `${40_000 + number}.50` } = more(number);
    const name = `Given${number},Family${number}`;
    return `N-${number},${name},2019-04-01,${title},OPS,${pay},g${number}@example.test`;
  });
  return `No,First,Last,Hired,Title,Dept,Pay,Mail\n${rows.join('\n')}\n`;
}

export const STAFF_MAPPING = {
  version: 1,
  columns: {
    No: { element: 'employment.staffNumber' },
    First: { element: 'person.firstName' },
    Last: { element: 'person.lastName' },
    Hired: { element: 'employment.hireDate', transform: { date: 'YYYY-MM-DD' } },
    Title: { element: 'job.title' },
    Dept: { element: 'job.department' },
    Pay: {
      element: 'pay.base',
      transform: { money: { currency: 'USD', decimal: '.', group: '' } },
    },
    Mail: { element: 'contact.workEmail' },
  },
  constants: { 'pay.basis': 'annual', 'employment.status': 'active' },
  key: { element: 'employment.staffNumber' },
  effective: '2026-01-01',
};
