/** What has been seen before, for rules that ask for the first time of something. It is kept from one
 * start to the next, sealed, so it is bounded: what was seen longest ago is forgotten, and tells again. */
import { createHash } from 'node:crypto';
import { type DetectedEvent, valuesOf } from './event.ts';
import type { First } from './rule.ts';

const KEPT_MAX = 4000;
const RECENT_MAX = 1000;

export class Novelty {
  readonly #seen: Set<string>;
  /** What was looked up lately: most calls are like the one before. */
  readonly #recent = new Set<string>();
  /** Whether something was added since this was last set to false. */
  isChanged = false;

  constructor(seen: Iterable<string>) {
    this.#seen = new Set(seen);
  }

  /** Whether these fields have these values for the first time, and those of `known` not. */
  isFirst(rule: string, { fields, known }: First, event: DetectedEvent): boolean {
    const isNew = this.#add(`${rule} v`, fields, event);
    const isKnown = known.length === 0 || !this.#add(`${rule} k`, known, event);
    return isNew && isKnown;
  }

  /** Everything seen, as short digests. */
  list(): string[] {
    return [...this.#seen];
  }

  #add(label: string, fields: readonly string[], event: DetectedEvent): boolean {
    const values = fields.map((field) => valuesOf(event, field));
    const text = JSON.stringify([label, values]);
    if (this.#recent.has(text)) return false;
    if (this.#recent.size >= RECENT_MAX) this.#recent.clear();
    this.#recent.add(text);
    const key = createHash('sha256').update(text).digest('base64url').slice(0, 12);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.isChanged = true;
    if (this.#seen.size > KEPT_MAX) this.#seen.delete(this.#seen.values().next().value!);
    return true;
  }
}
