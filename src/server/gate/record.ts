/** Writes the entry of an allowed call, with what the call reads and changes, in one transaction. */
import type { FactsResult, Principal, Result } from '../domain/operation.ts';
import type { House } from '../house.ts';
import { type DraftOf, draftEntry, systemDraft } from '../ledger/draft.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { Outcome, Work } from '../ledger/work.ts';

/** Authority and data may have moved since the decision; then the outcome is `stale`. */
export async function appendRecord(
  house: House,
  state: LedgerState,
  decision: Work['decided'],
  entry: DraftOf & { readonly principal: Pick<Principal, 'authnVersion'> },
  result: Result,
): Promise<Outcome> {
  const { authIndex, until } = decision;
  const { authnVersion } = entry.principal;
  const decided = { authIndex, until, ...(authnVersion !== undefined && { authnVersion }) };
  if (result.facts) return appendFactsOf(house, state, decided, entry, result.facts);
  return house.ledgers.submit({
    ledger: state.id,
    draft: draftEntry(entry),
    decided,
    ...result.work,
  });
}

/** The first fact of the call's own ledger stands in the call's entry; the others in entries of
 * their own. A call whose facts all lie in other ledgers gets an entry without one, first. */
async function appendFactsOf(
  house: House,
  state: LedgerState,
  decided: Work['decided'],
  entry: DraftOf,
  record: FactsResult,
): Promise<Outcome> {
  const { list, before, statements, depends, data, until = Number.POSITIVE_INFINITY } = record;
  const own = list.findIndex(
    (f) => f.state === state && f.mirrors === undefined && f.source === undefined,
  );
  const entries = list.map((f, i) => ({
    state: f.state,
    draft: {
      ...(i === own
        ? draftEntry({ ...entry, fact: f.fact })
        : systemDraft('sys:gate', entry.operation, f.fact)),
      source: f.source === undefined ? null : { index: f.source },
    },
    ...(f.mirrors !== undefined && { mirrors: own < 0 ? f.mirrors + 1 : f.mirrors }),
  }));
  if (own < 0) entries.unshift({ state, draft: draftEntry(entry) });
  try {
    const indices = await house.ledgers.appendFacts({
      entries,
      decided: new Map([
        ...(depends ?? []).map((other) => [other.state.id, other.authIndex] as const),
        [state.id, decided.authIndex],
      ]),
      until: Math.min(decided.until, until),
      ...(decided.authnVersion !== undefined && { authnVersion: decided.authnVersion }),
      ...(before && { before }),
      ...(statements && { statements }),
      ...(data && { data: { ...data, ledger: state.id } }),
    });
    if (indices === 'stale') return { kind: 'stale' };
    const index = indices[Math.max(own, 0)]!;
    return {
      kind: 'committed',
      index,
      keyrings: new Map(),
      records: [],
      prepared: () => {},
      rows: [],
    };
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === '23505' || code === '22012')
      return { kind: 'conflict', constraint: constraint ?? null };
    throw error;
  }
}
