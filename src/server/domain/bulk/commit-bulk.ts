/** Carries a preview out, exactly as it was seen, as an import: refused when anybody of it was changed
 * since, when the same question would find other people today, or when it had errors. */
import { hash } from 'node:crypto';
import { toId } from '../../../contract/ids.ts';
import { conflict, Refusal } from '../../fault.ts';
import { bulkMapping, NUMBER_HEADER, SEEN_HEADER, seenRecords } from '../imports/bulk-mapping.ts';
import { discardFile, keepFile, type Received } from '../imports/receive-file.ts';
import { acceptFile } from '../imports/start-import.ts';
import type { Call, Input, Result } from '../operation.ts';
import { findPreview } from './find-preview.ts';
import type { Preview, PreviewedPerson } from './preview.ts';
import { readSeen } from './read-seen.ts';
import { whoIsSelected } from './select-people.ts';

const NAMED_MAX = 20;

/** The gate may run a call again: then the file is there already. */
const files = new WeakMap<Input, Promise<Received>>();

export async function commitBulk(call: Call, id: string): Promise<Result> {
  const preview = await findPreview(call, id);
  const errors = preview.people.filter(({ error }) => error !== null);
  if (errors.length > 0) {
    const count = `${errors.length} of ${preview.people.length} people cannot be changed like this`;
    throw conflict('preview-has-errors', `${count}: narrow the selection, or correct them first.`);
  }
  const changed = preview.people.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) throw conflict('nothing-to-change', 'Everybody has these values.');
  // A correction is of the record in force: tomorrow that may be another one.
  const today = new Date(call.at).toISOString().slice(0, 10);
  if (preview.effective === null && today !== preview.day) {
    throw conflict('preview-too-old', 'This preview is of another day. Make a new one.');
  }
  const differences = await differencesOf(call, preview);
  if (differences.length > 0) throw changedSince(differences);
  const { set, effective } = preview;
  const mapping = bulkMapping(set, effective);
  const what = `bulk/${id}/${hash('sha256', JSON.stringify(mapping))}`;
  const file = files.get(call.input) ?? keepFile(call, mapping, fileOf(changed), what);
  files.set(call.input, file);
  const received = await file;
  try {
    return await acceptFile(call, received);
  } catch (error) {
    await discardFile(call, received.id);
    throw error;
  }
}

interface Difference {
  readonly subject: string;
  readonly reason: string;
}

async function differencesOf(
  call: Call,
  { select, types, people }: Preview,
): Promise<Difference[]> {
  const found = await whoIsSelected(call, select);
  if (found.total > found.people.length) {
    throw conflict('changed-since-preview', `The same question now finds ${found.total} people.`);
  }
  const now = new Set(found.people.map(({ subject }) => subject));
  const then = new Map(people.map((one) => [one.subject, one.seen]));
  const differences: Difference[] = [];
  for (const subject of now) {
    if (!then.has(subject)) differences.push({ subject, reason: 'would be concerned as well' });
  }
  for (const subject of then.keys()) {
    if (!now.has(subject)) differences.push({ subject, reason: 'would not be concerned any more' });
  }
  const still = [...then.keys()].filter((subject) => now.has(subject));
  for await (const { subject, records } of readSeen(call, new Set(types), still)) {
    if (seenRecords(records) !== then.get(subject)) {
      differences.push({ subject, reason: 'was changed since' });
    }
  }
  return differences;
}

function changedSince(differences: readonly Difference[]): Refusal {
  const faults = differences
    .slice(0, NAMED_MAX)
    .map(({ subject, reason }) => ({ at: toId('subject', subject) as string, reason }));
  const detail = `${differences.length} people are not as they were previewed. Make a new preview.`;
  return new Refusal(409, ['changed-since-preview'], detail, { faults });
}

/** One row per person, in the order of the preview. */
async function* fileOf(people: readonly PreviewedPerson[]): AsyncGenerator<Buffer> {
  yield Buffer.from(`${NUMBER_HEADER},${SEEN_HEADER}\n`);
  for (const { staffNumber, seen } of people) {
    yield Buffer.from(`"${staffNumber!.replaceAll('"', '""')}",${seen}\n`);
  }
}
