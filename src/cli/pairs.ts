/** NAME=VALUE arguments. */
import { UsageError } from './command.ts';

/** The values by name; a name that is given twice is a UsageError. */
export function pairsOf(given: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const each of given) {
    const at = each.indexOf('=');
    if (at < 1) throw new UsageError('write NAME=VALUE');
    const name = each.slice(0, at);
    if (Object.hasOwn(pairs, name)) throw new UsageError(`${name} is given twice`);
    pairs[name] = each.slice(at + 1);
  }
  return pairs;
}
