/** The rules over a stream of events: what each event sets off. It holds what correlations need, and
 * knows nothing of databases, ledgers or keys. */
import { Correlation } from './correlate.ts';
import type { DetectedEvent } from './event.ts';
import { Novelty } from './novelty.ts';
import type { Rule, RuleSet } from './rule.ts';

/** A rule that an event has set off. */
export interface Hit {
  readonly rule: Rule;
  readonly event: DetectedEvent;
}

/** Of one rule, ledger and hour; whoever can set a rule off at will must not fill a ledger with alerts. */
const ALERTS_PER_HOUR_MAX = 20;
const HOUR_MS = 3_600_000;

export class Engine {
  readonly #rules: RuleSet;
  readonly #correlations: readonly Correlation[];
  /** By ledger. */
  readonly #novelties = new Map<string, Novelty>();
  readonly #told = new Map<string, { hour: number; count: number }>();

  constructor(rules: RuleSet) {
    this.#rules = rules;
    this.#correlations = rules.correlations.map((rule) => new Correlation(rule));
  }

  /** What has been seen of a ledger; set before its first event. */
  novelty(client: string): Novelty {
    let novelty = this.#novelties.get(client);
    if (!novelty) {
      novelty = new Novelty([]);
      this.#novelties.set(client, novelty);
    }
    return novelty;
  }

  setNovelty(client: string, seen: Iterable<string>): void {
    this.#novelties.set(client, new Novelty(seen));
  }

  /** Number of occurrences held. */
  get size(): number {
    return this.#correlations.reduce((sum, { size }) => sum + size, 0);
  }

  /** What the event sets off. Of an event that was evaluated before, correlations take note and nothing
   * else happens (`isKnown`). */
  feed(event: DetectedEvent, isKnown = false): Hit[] {
    const hits: Hit[] = [];
    for (const rule of this.#rules.detections) {
      if (!rule.matches(event)) continue;
      const { first } = rule;
      // What was seen is kept: an event that is fed again is not seen a second time.
      if (first && (isKnown || !this.novelty(event.client).isFirst(rule.name, first, event)))
        continue;
      if (rule.alerts) hits.push({ rule, event });
      for (const correlation of this.#correlations) {
        if (!correlation.rule.rules.includes(rule.name)) continue;
        if (correlation.add(event, rule.name)) hits.push({ rule: correlation.rule, event });
      }
    }
    return isKnown ? [] : hits.filter((hit) => this.#mayTell(hit));
  }

  #mayTell({ rule, event }: Hit): boolean {
    const key = `${rule.name} ${event.client}`;
    const hour = Math.floor(event.at / HOUR_MS);
    const told = this.#told.get(key);
    if (told?.hour !== hour) {
      this.#told.set(key, { hour, count: 1 });
      return true;
    }
    return ++told.count <= ALERTS_PER_HOUR_MAX;
  }
}
