/** Reads how far an import is, and what was wrong with its file. */
import type { DomainOperation } from '../operation.ts';
import { cleanUpClient, HOUR_MS } from './clean-up.ts';
import { openStatus } from './import-status.ts';
import { type FoundImport, findOwnImport } from './own-import.ts';
import { importsUnderWay } from './progress.ts';

export const readImport: DomainOperation = {
  async run(call) {
    const { house, state, input } = call;
    let found = await findOwnImport(call);
    if (isUnderWay(found) && !importsUnderWay(house).has(found.id)) {
      // Another process carries it out, or nobody does any more.
      await cleanUpClient(house, state);
      found = await findOwnImport(call);
    }
    const { id, mode, row, key } = found;
    const live = isUnderWay(found) ? importsUnderWay(house).get(id)?.status : undefined;
    const { record } = state.clientKeys;
    const status = live ?? openStatus(record, key, state.id, id, row.status as Buffer);
    const { rows, errorCount, errors } = status;
    const answer = {
      id: input.params.id,
      mode,
      onError: found.plan?.onError ?? null,
      state: live?.state ?? stateOf(found, state.head.pending),
    };
    const progress = isUnderWay(found) && status.progress ? { ...status.progress } : null;
    const until = undoUntil(found, house.now());
    return {
      answer: () => ({
        ...answer,
        rows: leftNothing(answer) ? { ...rows, ...NOTHING } : { ...rows },
        progress,
        errorCount,
        errors,
        undoUntil: until,
      }),
    };
  },
};

const NOTHING = { added: 0, changed: 0, unchanged: 0, skipped: 0 };

/** A commit that was taken back after its process died keeps its last counts; nothing of them stands. */
function leftNothing(of: { mode: string; state: FoundImport['state'] }): boolean {
  return of.mode === 'commit' && ['cancelled', 'failed'].includes(of.state);
}

/** Until its rows are cleared away and the client's place is free, an import is being undone. */
function stateOf({ id, state }: FoundImport, pending: string | null): FoundImport['state'] {
  return state === 'undone' && pending === id ? 'undoing' : state;
}

function undoUntil({ mode, state, key, reachedAt }: FoundImport, now: number): string | null {
  const until = reachedAt + HOUR_MS;
  const isOpen = mode === 'commit' && state === 'done' && key !== null && now < until;
  return isOpen ? new Date(until).toISOString() : null;
}

function isUnderWay({ state }: FoundImport): boolean {
  return ['queued', 'running', 'cancelling', 'undoing'].includes(state);
}
