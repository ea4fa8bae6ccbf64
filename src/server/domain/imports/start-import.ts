/** Takes in a staff file under a mapping and starts the job that checks or commits it. The same file
 * under the same mapping again answers the first import. */
import { toId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { conflict, Refusal } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import { findImport, insertImport } from '../../vault/import-sql.ts';
import { releasePending } from '../catalogue/migration/release-pending.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { withReferred } from '../records/references.ts';
import { cleanUpClient } from './clean-up.ts';
import { isBusy, startJob } from './import-job.ts';
import { wrapImportKey } from './import-key.ts';
import { type ImportPlan, type OnError, sealPlan } from './import-plan.ts';
import { type ImportMode, newStatus, sealStatus } from './import-status.ts';
import { discardFile, type Received, receiveFile } from './receive-file.ts';

export const startImport: DomainOperation = {
  types: () => 'all',
  async run(call) {
    if (isBusy(call.house)) {
      throw new Refusal(503, ['imports-busy'], 'Other imports are being carried out. Retry later.');
    }
    const received = await receiveFile(call);
    try {
      return await acceptFile(call, received);
    } catch (error) {
      await discardFile(call, received.id);
      throw error;
    }
  },
};

/** Starts what was received; `mode` stands in the query. */
export async function acceptFile(call: Call, received: Received) {
  const { house, state, grant, principal } = call;
  const { id, startedAt, key, mapping, fingerprint } = received;
  const mode = call.input.query.mode as ImportMode;
  const types = mappedTypes(call, received);
  if (mode === 'commit') {
    // Its process, or its database, may have died.
    if (state.head.pending !== null) await cleanUpClient(house, state);
    if (state.head.pending !== null) await releasePending(house, state);
    const first = await findFirst(call, fingerprint);
    if (first) {
      await discardFile(call, id);
      return { types: [], reasons: ['replay'], answer: () => ({ id: toId('import', first) }) };
    }
    if (state.head.pending !== null) {
      throw conflict(
        'import-running',
        'Another import of this client is under way or interrupted. Wait for its end, or carry it on or cancel it.',
      );
    }
  }
  const { catalogue, purpose } = grant!;
  const { chunks, kept } = received;
  const onError = (call.input.query.onError ?? 'refuse') as OnError;
  const asked = { mode, onError, purpose, types, mapping, startedAt, chunks };
  const plan: ImportPlan = { ...asked, user: principal.user, catalogue: catalogue.version };
  const { client, record } = state.clientKeys;
  const status = newStatus();
  const insert = insertImport(state.id, {
    id,
    mode,
    fingerprint,
    wrapped: wrapImportKey(client, state.id, id, key),
    status: sealStatus(record, key, state.id, id, status),
    plan: sealPlan(key, state.id, id, plan),
    createdAt: startedAt,
  });
  const isFirst = 'about' in mapping.key && !(await grant!.store.has(NIL_UUID));
  const statements = isFirst ? [insert, grant!.store.beginOwn()] : [insert];
  return {
    types,
    subjects: [],
    work: { statements, ...(mode === 'commit' && { pending: id }) },
    answer() {
      const checked = null;
      startJob(house, { ...asked, state, principal, catalogue, id, key, kept, checked, status });
      return { id: toId('import', id) };
    },
  };
}

/** The record types that the mapping names and the client holds, and those that they refer to; each must
 * be granted. What it names
 * besides is a fault of the mapping, which the check tells. */
function mappedTypes({ grant }: Call, { mapping }: Received): string[] {
  const { catalogue, types } = grant!;
  const elements = Object.values(mapping.columns).flatMap((column) => {
    if ('discard' in column) return [];
    return 'elements' in column ? column.elements.map((each) => each.element) : [column.element];
  });
  elements.push(...Object.keys(mapping.constants ?? {}));
  if (!('about' in mapping.key)) elements.push('employment.staffNumber');
  const named = new Set(elements.map((element) => element.slice(0, element.indexOf('.'))));
  const own = catalogue.types.map((type) => type.id).filter((type) => named.has(type));
  const held = withReferred(catalogue, own);
  if (held.some((type) => !types.has(type))) {
    const { sentence, promise } = REASONS['type-not-instructed'];
    throw new Refusal(403, ['type-not-instructed'], sentence, { promise });
  }
  return held;
}

async function findFirst({ house, state }: Call, fingerprint: Buffer): Promise<string | undefined> {
  const [rows] = await house.database.batch([state.id], [findImport(state.id, fingerprint)]);
  return rows![0]?.import_id as string | undefined;
}
