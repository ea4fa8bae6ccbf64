/** A rule as it is carried out: compiled, with nothing of YAML left. */
import type { DetectedEvent } from './event.ts';

export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

export type Predicate = (event: DetectedEvent) => boolean;

interface Common {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: Level;
  /** The file that it stands in. */
  readonly file: string;
}

/** Only the first time that these fields have these values counts, and only where those of `known` had
 * theirs before: what somebody does first is always new. */
export interface First {
  readonly fields: readonly string[];
  readonly known: readonly string[];
}

export interface DetectionRule extends Common {
  readonly kind: 'detection';
  readonly matches: Predicate;
  readonly first: First | null;
  /** Whether it raises alerts itself; one that correlations count does not. */
  readonly alerts: boolean;
}

export const COUNTING = ['event_count', 'value_count', 'value_sum', 'value_avg'] as const;
export const TEMPORAL = ['temporal', 'temporal_ordered'] as const;
export type CorrelationType = (typeof COUNTING)[number] | (typeof TEMPORAL)[number];

export interface CorrelationRule extends Common {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Names of the detection rules, in their order. */
  readonly rules: readonly string[];
  /** By place of the group-by field, which field of which rule it is. */
  readonly groupBy: readonly string[];
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** ms. */
  readonly timespan: number;
  /** For the counting types. */
  readonly isMet: (count: number) => boolean;
  /** What value_* counts, sums or averages. */
  readonly field: string | null;
}

export type Rule = DetectionRule | CorrelationRule;

export interface RuleSet {
  readonly detections: readonly DetectionRule[];
  readonly correlations: readonly CorrelationRule[];
  /** The longest timespan, ms. */
  readonly spanMax: number;
}
