/** Whom a report is about: everybody in its scope, as the entry must say. The list of a whole client
 * is made once per data version, and stored once for all the entries that name it. */
import { createHash } from 'node:crypto';
import type { ListDigest } from '#verifier/entry.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { Attachment } from '../../ledger/work.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import type { RunOf } from './carry-out-run.ts';

interface Concerned {
  readonly subjects: readonly string[] | ListDigest;
  readonly attachment?: Attachment;
  /** To be called once the entry stands: only then is the list beside it known to be stored. */
  readonly committed: () => void;
}

interface Remembered {
  readonly dataVersion: number;
  readonly concerned: Concerned;
}

const remembered = new WeakMap<LedgerState, Remembered>();

/** The people in scope at this data version; above a hundred as digest with its list attached. */
export async function concernedSubjects(
  { house, state, scope: reached, signal }: Pick<RunOf, 'house' | 'state' | 'scope' | 'signal'>,
  dataVersion: number,
): Promise<Concerned> {
  const scope = scopeOf({ scope: reached });
  const known = scope.kind === 'all' ? remembered.get(state) : undefined;
  if (known?.dataVersion === dataVersion) return known.concerned;
  const people = await askReadModel(() =>
    house.readModel.people(accessOf(state), versionOf(state), scope, signal),
  );
  const { count, digest, list } = people;
  if (digest === null || list === null) return { subjects: people.subjects ?? [], committed };
  const id = attachmentId(state.id, digest);
  const subjects = { count, digest };
  return {
    subjects,
    attachment: { id, parts: [{ kind: 'subjects' as const, bytes: Buffer.from(list) }] },
    committed() {
      if (scope.kind !== 'all' || people.dataVersion !== dataVersion) return;
      const stored = { subjects, attachment: { id, parts: [] }, committed };
      remembered.set(state, { dataVersion, concerned: stored });
    },
  };
}

const committed = () => {};

/** The same list lies under the same id: it is stored once. */
function attachmentId(client: string, digest: string): string {
  const hex = createHash('sha256').update(`${client} ${digest}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
