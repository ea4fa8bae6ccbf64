/** Lets go of what this process holds of a client: of people's opened keys when somebody was erased, and
 * of everything when the client was sealed off, the read model with its tables and the threads that wait
 * for another import too. */
import type { House } from '../../house.ts';
import { isSealedOff } from '../../vault/sealed-off.ts';
import { dropWorkers } from '../imports/warm-workers.ts';

/** What was under way when the fact came may have put something back before it ended. */
const AGAIN_MS = 1000;

type Parts = Pick<House, 'ledgers' | 'subjectKeys' | 'readModel'>;

/** Watches until the process ends; gives what stops it. */
export function dropWhatIsGone({ ledgers, subjectKeys, readModel }: Parts): () => void {
  /** By client, as of the last fact. */
  const purged = new Map<string, number>();
  return ledgers.onMoved((state) => {
    const { id, head } = state;
    const before = purged.get(id) ?? 0;
    purged.set(id, head.purgeVersion);
    if (head.purgeVersion > before) subjectKeys.drop(id);
    if (!isSealedOff(state)) return;
    const drop = () => {
      subjectKeys.drop(id);
      dropWorkers();
      readModel.drop(id).catch(() => {});
    };
    drop();
    setTimeout(drop, AGAIN_MS).unref();
  });
}
