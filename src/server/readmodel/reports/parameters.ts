/** The parameters of reports: what they are, their defaults, and the check of what a reader asks for. */
import { dateOf, dayOf, isDate, lastMonthEnd } from '../day.ts';
import { isMonthEnd } from '../suppress.ts';
import { DIMENSIONS } from './dimensions.ts';

export interface ReportParameters {
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly months?: number;
  readonly years?: number;
  readonly dimensions?: readonly string[];
  readonly dimension?: string;
  readonly period?: string;
  readonly view?: string;
  readonly groups?: string;
  readonly within?: string;
  readonly kinds?: string;
  readonly source?: string;
  readonly measure?: string;
  readonly dueDays?: number;
}

export interface ParameterOption {
  readonly id: string;
  readonly label: string;
  /** Only for readers with rights to every single record. */
  readonly recordLevel?: boolean;
}

export interface ParameterDefinition {
  readonly id: keyof ReportParameters;
  readonly label: string;
  readonly type: 'date' | 'number' | 'choice' | 'choices';
  readonly default: (today: string) => string | number | readonly string[];
  readonly options?: readonly ParameterOption[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ParameterFault {
  readonly at: string;
  readonly reason: string;
}

const DIMENSIONS_MAX = 2;
const MONTHS_MAX = 120;

/** Month ends are the default, since everybody may ask for them. */
export const AS_OF: ParameterDefinition = {
  id: 'asOf',
  label: 'On this day',
  type: 'date',
  default: (today) => dateOf(lastMonthEnd(dayOf(today))),
};

/** EEO-1 counts one pay period between October and December (29 CFR 1602.7). */
export const SNAPSHOT: ParameterDefinition = {
  ...AS_OF,
  label: 'Snapshot date (one pay period from October to December)',
  default: lastSnapshot,
};

export const MONTHS: ParameterDefinition = {
  id: 'months',
  label: 'Months back',
  type: 'number',
  default: () => 12,
  minimum: 1,
  maximum: MONTHS_MAX,
};

export const BY: ParameterDefinition = {
  id: 'dimensions',
  label: `By (at most ${DIMENSIONS_MAX})`,
  type: 'choices',
  default: () => ['department'],
  options: DIMENSIONS.map(({ id, label }) => ({ id, label })),
};

/** By one listed dimension, or by none. */
export const BY_ONE: ParameterDefinition = {
  id: 'dimension',
  label: 'By',
  type: 'choice',
  default: () => 'department',
  options: [{ id: 'none', label: 'Everybody together' }, ...BY.options!],
};

/**
 * The parameters of a run with defaults filled in, or every fault. Choices may be a list or one text
 * with commas. Under suppression only month ends that have passed.
 */
export function checkParameters(
  definitions: readonly ParameterDefinition[],
  given: Readonly<Record<string, unknown>>,
  { today, suppress }: { today: string; suppress: boolean },
): { parameters: ReportParameters } | { faults: ParameterFault[] } {
  const faults: ParameterFault[] = [];
  const parameters: Record<string, unknown> = {};
  for (const at of Object.keys(given)) {
    if (!definitions.some((definition) => definition.id === at)) {
      faults.push({ at, reason: 'this report has no such parameter' });
    }
  }
  for (const definition of definitions) {
    const raw = given[definition.id] ?? definition.default(today);
    const checked = checks[definition.type](raw, definition);
    if ('reason' in checked) faults.push({ at: definition.id, reason: checked.reason });
    else if (suppress && isRecordLevel(definition, checked.value)) {
      faults.push({ at: definition.id, reason: 'shows single people, which your role does not' });
    } else parameters[definition.id] = checked.value;
  }
  const { asOf } = parameters;
  if (suppress && typeof asOf === 'string' && !(isMonthEnd(dayOf(asOf)) && asOf <= today)) {
    faults.push({ at: 'asOf', reason: 'must be the last day of a month that has passed' });
  }
  return faults.length > 0 ? { faults } : { parameters: parameters as unknown as ReportParameters };
}

type Checked = { value: unknown } | { reason: string };
const checks: Record<
  ParameterDefinition['type'],
  (raw: unknown, of: ParameterDefinition) => Checked
> = {
  date: (raw) =>
    typeof raw === 'string' && isDate(raw)
      ? { value: raw }
      : { reason: 'must be a date, YYYY-MM-DD' },
  number: (raw, { minimum = 0, maximum = 0 }) => {
    const value = typeof raw === 'string' && /^\d{1,4}$/.test(raw) ? Number(raw) : raw;
    return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? { value }
      : { reason: `must be a whole number from ${minimum} to ${maximum}` };
  },
  choice: (raw, { options = [] }) =>
    options.some((option) => option.id === raw)
      ? { value: raw }
      : { reason: `must be one of ${options.map((option) => option.id).join(', ')}` },
  choices: (raw, { options = [] }) => {
    const chosen = typeof raw === 'string' ? raw.split(',').filter((id) => id !== '') : raw;
    const isListed = (id: unknown) => options.some((option) => option.id === id);
    if (!Array.isArray(chosen) || !chosen.every(isListed)) {
      return { reason: `must be from ${options.map((option) => option.id).join(', ')}` };
    }
    if (new Set(chosen).size !== chosen.length || chosen.length > DIMENSIONS_MAX) {
      return { reason: `must be at most ${DIMENSIONS_MAX} different ones` };
    }
    return { value: chosen };
  },
};

function isRecordLevel({ options = [] }: ParameterDefinition, value: unknown): boolean {
  return options.some((option) => option.id === value && option.recordLevel === true);
}

function lastSnapshot(today: string): string {
  let end = lastMonthEnd(dayOf(today));
  while (Number(dateOf(end).slice(5, 7)) < 10) end = lastMonthEnd(end - 1);
  return dateOf(end);
}
