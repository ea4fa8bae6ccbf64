/** Counts what the rules of a correlation found, by group and within its timespan. What is held is
 * bounded: of groups and of what one group holds, the oldest goes first. */
import { type DetectedEvent, valuesOf } from './event.ts';
import { COUNT_MAX } from './load-rules.ts';
import type { CorrelationRule } from './rule.ts';

const GROUPS_MAX = 5000;
const HELD_MAX = 2 * COUNT_MAX;

/** One occurrence: when, of which rule, and what is counted of it. */
interface Seen {
  readonly at: number;
  readonly rule: string;
  readonly value: string | number | null;
}

/** What one group has seen within the timespan, counted as it comes and goes. */
class Window {
  #seen: Seen[] = [];
  /** Those before have gone. */
  #head = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #sum = 0;
  readonly #values = new Map<Seen['value'], number>();
  readonly #rules = new Map<string, number>();
  /** It has been told: until then it is silent. */
  quietUntil = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#seen.length - this.#head;
  }

  add(one: Seen, timespan: number): void {
    this.#seen.push(one);
    this.#count(one, 1);
    this.#newest = Math.max(this.#newest, one.at);
    while (
      this.size > HELD_MAX ||
      (this.#seen[this.#head]?.at ?? this.#newest) <= this.#newest - timespan
    ) {
      this.#count(this.#seen[this.#head++]!, -1);
    }
    if (this.#head <= HELD_MAX) return;
    this.#seen = this.#seen.slice(this.#head);
    this.#head = 0;
  }

  isMet({ type, rules, isMet }: CorrelationRule): boolean {
    switch (type) {
      case 'event_count':
        return isMet(this.size);
      case 'value_count':
        return isMet(this.#values.size);
      case 'value_sum':
        return isMet(this.#sum);
      case 'value_avg':
        return this.size > 0 && isMet(this.#sum / this.size);
      case 'temporal':
        return rules.every((rule) => this.#rules.has(rule));
      case 'temporal_ordered':
        return rules.every((rule) => this.#rules.has(rule)) && this.#isInOrder(rules);
    }
  }

  clear(): void {
    this.#seen = [];
    this.#head = 0;
    this.#sum = 0;
    this.#values.clear();
    this.#rules.clear();
  }

  #count({ value, rule }: Seen, by: 1 | -1): void {
    this.#sum += by * (Number(value) || 0);
    bump(this.#values, value, by);
    bump(this.#rules, rule, by);
  }

  #isInOrder(rules: readonly string[]): boolean {
    let next = 0;
    const seen = this.#seen.slice(this.#head).sort((a, b) => a.at - b.at);
    for (const { rule } of seen) if (rule === rules[next]) next++;
    return next >= rules.length;
  }
}

export class Correlation {
  readonly rule: CorrelationRule;
  /** Used longest ago first. */
  readonly #groups = new Map<string, Window>();

  constructor(rule: CorrelationRule) {
    this.rule = rule;
  }

  get size(): number {
    let size = 0;
    for (const window of this.#groups.values()) size += window.size;
    return size;
  }

  /** Takes in an event that a rule of this correlation found; whether the condition is met with it. Each
   * group tells once in a timespan. An event that lacks a group-by field belongs to no group. */
  add(event: DetectedEvent, found: string): boolean {
    const key = this.#keyOf(event, found);
    if (key === null) return false;
    const window = this.#groups.get(key) ?? new Window();
    this.#groups.delete(key);
    this.#groups.set(key, window);
    if (this.#groups.size > GROUPS_MAX) this.#groups.delete(this.#groups.keys().next().value!);
    const { field, timespan } = this.rule;
    for (const value of field === null ? [null] : valuesOf(event, field)) {
      const counted = value === null || typeof value === 'number' ? value : String(value);
      window.add({ at: event.at, rule: found, value: counted }, timespan);
    }
    if (event.at < window.quietUntil || !window.isMet(this.rule)) return false;
    window.quietUntil = event.at + timespan;
    window.clear();
    return true;
  }

  #keyOf(event: DetectedEvent, found: string): string | null {
    const parts: string[] = [];
    for (const field of this.rule.groupBy) {
      const values = valuesOf(event, this.rule.aliases.get(field)?.get(found) ?? field);
      if (values.length === 0) return null;
      parts.push(JSON.stringify(values));
    }
    return parts.join();
  }
}

function bump<K>(counts: Map<K, number>, key: K, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
