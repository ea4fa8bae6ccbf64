/** Goes through all people of a client, some hundred at a time, and has a thread count. What was counted
 * once holds until the data, the procedures or the day change. */
import { Worker } from 'node:worker_threads';
import type { Compartment } from '../../../../catalogue/catalogue.ts';
import { findType } from '../../../../catalogue/find.ts';
import { Fault } from '../../../fault.ts';
import { SealError } from '../../../vault/crypto/seal-error.ts';
import { tagOf } from '../../../vault/crypto/tag.ts';
import { NIL_UUID } from '../../../vault/crypto/uuid-bytes.ts';
import { readVisibleKeyrings } from '../../../vault/keyring-sql.ts';
import { recordsNowStatement, sealedRecordOf } from '../../../vault/records-sql.ts';
import { readState } from '../../detection/sealed-state.ts';
import type { Call } from '../../operation.ts';
import type { DueBatch, DueReply, DueWork } from './due-thread.ts';
import type { Tally } from './tally.ts';

/** Bounds the memory: some megabytes of sealed rows. */
const PEOPLE_PER_BATCH = 500;
const KEPT_MAX = 20;
/** The one being counted, and the next one on its way. */
const AHEAD = 2;

const kept = new Map<string, Promise<Tally>>();

/** The counts for the record types of the grant, as of the day `on`. */
export function countDue(call: Call, on: string): Promise<Tally> {
  const { state, grant } = call;
  const { dataVersion, purgeVersion } = state.head;
  const types = [...grant!.types].sort();
  const sha256 = state.authority.catalogue?.sha256;
  const key = JSON.stringify([state.id, dataVersion, purgeVersion, sha256, on, types]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const counting = count(call, types, on);
  kept.set(key, counting);
  counting.catch(() => kept.delete(key));
  for (const old of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(old);
  return counting;
}

async function count({ house, state, grant }: Call, types: string[], on: string): Promise<Tally> {
  const { catalogue } = grant!;
  const compartments = compartmentsOf(types.flatMap((id) => findType(catalogue, id) ?? []));
  const { client, tag } = state.clientKeys;
  const work: DueWork = {
    client: state.id,
    keys: { client, tag },
    catalogue,
    types,
    compartments,
    on,
  };
  const worker = new Worker(new URL('./due-thread.ts', import.meta.url), { workerData: work });
  const replies = repliesOf(worker);
  const { canaries } = await readState(house.database, state);
  const isCounted = (id: string) => id !== NIL_UUID && !canaries.includes(id);
  try {
    let after: string | null = null;
    let ahead = 0;
    for (;;) {
      house.stopping.throwIfAborted();
      const [rows] = await house.database.batch(
        [state.id],
        [readVisibleKeyrings(state.id, after, PEOPLE_PER_BATCH)],
      );
      if (rows!.length === 0) break;
      after = rows!.at(-1)!.subject_id as string;
      const people = rows!
        .filter((row) => isCounted(row.subject_id as string))
        .map((row) => ({ subject: row.subject_id as string, keyring: row.keyring as Buffer }));
      const tags = people.flatMap(({ subject }) =>
        compartments.map((compartment) => tagOf(tag, subject, compartment)),
      );
      const read = recordsNowStatement(state.id, tags);
      const [records] = await house.database.batch([state.id], [read]);
      const sealed = records!.map((row) => sealedRecordOf(row, true));
      worker.postMessage({ people, records: sealed } satisfies DueBatch);
      if (++ahead < AHEAD) continue;
      await replies.next();
      ahead--;
    }
    worker.postMessage(null satisfies DueBatch);
    for (;;) {
      const tally = await replies.next();
      if (tally !== null) return tally;
    }
  } finally {
    await worker.terminate();
  }
}

/** The thread's replies one by one; rejects once it has failed. */
function repliesOf(worker: Worker): { next(): Promise<DueReply> } {
  const arrived: DueReply[] = [];
  let failure: Error | null = null;
  let wake = () => {};
  worker.on('message', (reply: DueReply) => {
    arrived.push(reply);
    wake();
  });
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  worker.on('error', (error: Error) => {
    // What does not open raises an alert, as everywhere.
    fail(error.name === 'SealError' ? new SealError('authentication', error) : error);
  });
  worker.on('exit', () => fail(new Fault('due', 'the thread of the count ended')));
  return {
    async next() {
      while (arrived.length === 0) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return arrived.shift()!;
    },
  };
}

function compartmentsOf(types: readonly { compartment: Compartment; about: string }[]) {
  const about = types.filter((type) => type.about === 'subject');
  return [...new Set(about.map((type) => type.compartment))].sort();
}
