/** Makes a preview: reads everybody concerned, and keeps what was seen beside an import that is checked
 * and changes nothing. */
import { randomBytes } from 'node:crypto';
import { findType } from '../../../catalogue/find.ts';
import { toId } from '../../../contract/ids.ts';
import { newUuid } from '../../uuid.ts';
import { storePreview } from '../../vault/bulk-sql.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { endImport, insertImport } from '../../vault/import-sql.ts';
import type { StoredValue } from '../../vault/store.ts';
import { bulkMapping, seenRecords } from '../imports/bulk-mapping.ts';
import { wrapImportKey } from '../imports/import-key.ts';
import { sealPlan } from '../imports/import-plan.ts';
import { newStatus, sealStatus } from '../imports/import-status.ts';
import type { Call, Result } from '../operation.ts';
import { nameSubjects } from '../people/name-subjects.ts';
import { planPerson } from './plan-person.ts';
import { type Preview, type PreviewedPerson, type Selection, sealPreview } from './preview.ts';
import { readSeen } from './read-seen.ts';
import { selectPeople } from './select-people.ts';

const ERRORS_MAX = 1000;

export async function previewBulk(
  call: Call,
  select: Selection,
  set: Readonly<Record<string, StoredValue>>,
  effective: string | null,
): Promise<Result> {
  const { grant, state, principal, at } = call;
  const client = state.id;
  const found = await selectPeople(call, select);
  const names = [...new Set(Object.keys(set).map((id) => id.slice(0, id.indexOf('.'))))].sort();
  const types = names.map((id) => findType(grant!.catalogue, id)!);
  const day = new Date(at).toISOString().slice(0, 10);
  const edit = { set, types, effective, day };
  const people: PreviewedPerson[] = [];
  const numbers = new Map(found.people.map((one) => [one.subject, one.staffNumber]));
  for await (const { subject, keyring, records } of readSeen(call, new Set(names), [
    ...numbers.keys(),
  ])) {
    const staffNumber = numbers.get(subject) ?? null;
    const opened = grant!.store.open(subject, keyring, records);
    const { changes, error } = planPerson(edit, opened);
    const fault = staffNumber === null ? 'has no staff number' : error;
    people.push({ subject, staffNumber, seen: seenRecords(records), changes, error: fault });
  }
  const id = newUuid(at);
  const key = newKey();
  const preview: Preview = {
    user: principal.user,
    day,
    select,
    set,
    effective,
    types: names,
    people,
  };
  const { record, client: clientKey } = state.clientKeys;
  const status = sealStatus(record, key, client, id, statusOf(people));
  const insert = insertImport(client, {
    id,
    mode: 'check',
    // Nobody looks for it by what it holds.
    fingerprint: randomBytes(32),
    wrapped: wrapImportKey(clientKey, client, id, key),
    status,
    plan: sealPlan(key, client, id, {
      user: principal.user,
      purpose: grant!.purpose,
      mode: 'check',
      onError: 'refuse',
      types: names,
      catalogue: grant!.catalogue.version,
      startedAt: at,
      chunks: 0,
      mapping: bulkMapping(set, effective),
    }),
    createdAt: at,
  });
  const end = endImport(client, id, {
    from: ['queued'],
    state: 'done',
    status,
    keepKey: true,
    owned: true,
    at,
  });
  const parts = sealPreview(key, client, id, preview);
  const { subjects, attachment } = nameSubjects([...numbers.keys()]);
  return {
    types: [...new Set([...names, 'employment'])].sort(),
    subjects,
    // What was seen is kept; it is released page by page, by `bulk.read`.
    rows: 0,
    work: {
      dataVersion: found.dataVersion,
      statements: [insert, end, ...storePreview(client, id, parts)],
      ...(attachment && { attachment }),
    },
    answer: () => ({ id: toId('import', id) }),
  };
}

/** As an import would tell it: a row per person. */
function statusOf(people: readonly PreviewedPerson[]) {
  const status = newStatus();
  status.rows.read = people.length;
  for (const [i, { changes, error }] of people.entries()) {
    if (error !== null) {
      status.rows.discarded++;
      status.errorCount++;
      if (status.errors.length < ERRORS_MAX) {
        status.errors = [...status.errors, { row: i + 2, column: '', reason: error }];
      }
    } else if (changes.length > 0) status.rows.changed++;
    else status.rows.unchanged++;
  }
  return { ...status, state: 'done' as const };
}
