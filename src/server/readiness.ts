/** Whether this process is to be sent calls: everything that an answer needs is there. */
import type { House } from './house.ts';
import { databaseFaults } from './vault/database-state.ts';

/** An answer holds for so long: whoever asks is nobody in particular, and must not cost a query each. */
const HOLDS_MS = 1_000;
const WAIT_MS = 2_000;

interface ReadinessParts {
  readonly house: Pick<House, 'database' | 'root' | 'ledgers' | 'now' | 'log'>;
  readonly isDraining: () => boolean;
}

/** Asks; never rejects. What stands in the way is told to the log alone, once until it changes. */
export function openReadiness({ house, isDraining }: ReadinessParts): () => Promise<boolean> {
  let asked: { readonly at: number; readonly faults: Promise<readonly string[]> } | null = null;
  let told = '';

  async function look(): Promise<readonly string[]> {
    const faults = await faultsOf(house);
    const text = faults.join(' ');
    if (text !== told && text !== '') house.log({ event: 'not-ready', faults: text });
    told = text;
    return faults;
  }

  return async () => {
    if (isDraining()) return false;
    const at = performance.now();
    if (!asked || at - asked.at > HOLDS_MS) asked = { at, faults: look() };
    return (await asked.faults).length === 0 && !isDraining();
  };
}

async function faultsOf({ database, root, ledgers, now }: ReadinessParts['house']) {
  const faults: string[] = [];
  if (ledgers.provider.closed !== null) faults.push('ledger-closed');
  try {
    root.currentVersion();
  } catch {
    faults.push('root-key');
  }
  const late = Promise.withResolvers<string[]>();
  const timer = setTimeout(() => late.resolve(['database-slow']), WAIT_MS);
  const state = databaseFaults(database, now()).catch(() => ['database']);
  faults.push(...(await Promise.race([state, late.promise])));
  clearTimeout(timer);
  return faults;
}
