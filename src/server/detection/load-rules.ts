/** Reads a folder of rules, one per YAML file: Sigma detection rules and Sigma correlation rules. A rule
 * that cannot be carried out as it is written is refused with file, line and reason: nothing is skipped. */
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { type CatalogueFault, formatFault } from '../../catalogue/fault.ts';
import { readYamlFile, type YamlFile, type YamlPath } from '../../catalogue/yaml-file.ts';
import { FieldError } from './compile-field.ts';
import { compileSelection } from './compile-selection.ts';
import { ConditionError, evaluate, namesIn, parseCondition } from './condition.ts';
import {
  COUNTING,
  type CorrelationRule,
  type DetectionRule,
  LEVELS,
  type Predicate,
  type RuleSet,
  TEMPORAL,
} from './rule.ts';
import { parseTimespan } from './timespan.ts';

export type RuleFault = CatalogueFault;

/** Every fault of every file at once. */
export class RuleError extends Error {
  readonly faults: readonly RuleFault[];
  constructor(faults: readonly RuleFault[]) {
    super(
      `the detection rules have ${faults.length} fault(s)\n${faults.map(formatFault).join('\n')}`,
    );
    this.name = 'RuleError';
    this.faults = faults;
  }
}

/** More than this is never held of one group, so no rule may need it. */
export const COUNT_MAX = 5000;

const name = z.string().regex(/^[a-z][a-z0-9-]{2,59}$/, 'must be lower-case words with hyphens');
const common = {
  title: z.string().min(1).max(256),
  id: z.uuid(),
  name,
  description: z.string().min(1).max(65_535),
  status: z.enum(['stable', 'test', 'experimental', 'deprecated', 'unsupported']),
  author: z.string().optional(),
  references: z.array(z.string()).optional(),
  date: z.iso.date(),
  modified: z.iso.date().optional(),
  level: z.enum(LEVELS),
  falsepositives: z.array(z.string().min(2)).optional(),
  tags: z.array(z.string().regex(/^[a-z0-9_-]+\.[a-z0-9._-]+$/)).optional(),
  fields: z.array(z.string()).optional(),
  license: z.string().optional(),
  scope: z.array(z.string()).optional(),
  taxonomy: z.string().optional(),
};
const detectionShape = z.strictObject({
  ...common,
  logsource: z.strictObject({
    product: z.literal('worksmartly'),
    service: z.enum(['ledger', 'server']),
    category: z.string().optional(),
    definition: z.string().optional(),
  }),
  detection: z.record(z.string(), z.unknown()),
  /** Ours: see First. */
  worksmartly: z
    .strictObject({
      first: z.strictObject({
        fields: z.array(z.string()).min(1).max(6),
        known: z.array(z.string()).max(6).default([]),
      }),
    })
    .optional(),
});
const correlationShape = z.strictObject({
  ...common,
  correlation: z.strictObject({
    type: z.enum([...COUNTING, ...TEMPORAL]),
    rules: z.array(z.string()).min(1).max(20),
    'group-by': z.array(z.string()).min(1).max(6),
    timespan: z.string(),
    condition: z
      .strictObject({
        gt: z.int().optional(),
        gte: z.int().optional(),
        lt: z.int().optional(),
        lte: z.int().optional(),
        eq: z.int().optional(),
        neq: z.int().optional(),
        field: z.string().optional(),
      })
      .optional(),
    aliases: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  }),
  generate: z.boolean().optional(),
});
type DetectionFile = z.infer<typeof detectionShape>;
type CorrelationFile = z.infer<typeof correlationShape>;

/** Loads all of `directory`. Throws RuleError. */
export function loadRules(directory: string): RuleSet {
  const faults: RuleFault[] = [];
  const detections: DetectionRule[] = [];
  const waiting: { file: YamlFile<unknown>; data: CorrelationFile }[] = [];
  const seen = new Map<string, string>();
  for (const file of rulesIn(directory, faults)) {
    const peek = readYamlFile(directory, file, z.looseObject({}), []);
    const isCorrelation = peek.data !== undefined && 'correlation' in peek.data;
    const read = isCorrelation
      ? readYamlFile(directory, file, correlationShape, faults)
      : readYamlFile(directory, file, detectionShape, faults);
    if (read.data === undefined) continue;
    for (const key of [read.data.id, read.data.name]) {
      const other = seen.get(key);
      if (other !== undefined)
        faults.push({ file, line: 1, reason: `${key} is that of ${other}, too` });
      seen.set(key, file);
    }
    if ('correlation' in read.data) waiting.push({ file: read, data: read.data });
    else detections.push(...compileDetection(read as YamlFile<DetectionFile>, faults));
  }
  const correlations = waiting.flatMap(({ file, data }) =>
    compileCorrelation(file, data, detections, faults),
  );
  if (faults.length > 0) throw new RuleError(faults);
  const counted = new Set(
    waiting.flatMap(({ data }) => (data.generate ? [] : data.correlation.rules)),
  );
  return {
    detections: detections.map((rule) => ({
      ...rule,
      alerts: !counted.has(rule.name) && !counted.has(rule.id),
    })),
    correlations,
    spanMax: Math.max(0, ...correlations.map(({ timespan }) => timespan)),
  };
}

function rulesIn(directory: string, faults: RuleFault[]): string[] {
  try {
    const files = readdirSync(directory).filter((file) => /\.ya?ml$/.test(file));
    if (files.length === 0) faults.push({ file: directory, line: 1, reason: 'holds no rule' });
    return files.sort();
  } catch {
    faults.push({ file: directory, line: 1, reason: 'the folder is missing or cannot be read' });
    return [];
  }
}

function compileDetection(read: YamlFile<DetectionFile>, faults: RuleFault[]): DetectionRule[] {
  const { file, lineOf } = read;
  const data = read.data!;
  const before = faults.length;
  const fault = (path: YamlPath, reason: string) =>
    faults.push({ file, line: lineOf(path), reason: `${path.join('.')}: ${reason}` });
  const { condition, timeframe, ...searches } = data.detection;
  if (timeframe !== undefined) {
    fault(['detection', 'timeframe'], 'belongs into a correlation rule (timespan)');
  }
  if (typeof condition !== 'string') {
    fault(['detection', 'condition'], condition === undefined ? 'is missing' : 'must be one text');
    return [];
  }
  const tests = new Map<string, Predicate>();
  for (const [identifier, given] of Object.entries(searches)) {
    try {
      tests.set(identifier, compileSelection(given));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      fault(['detection', identifier], error.message);
    }
  }
  try {
    const parsed = parseCondition(condition, Object.keys(searches));
    const used = namesIn(parsed);
    for (const identifier of Object.keys(searches)) {
      if (!used.has(identifier)) fault(['detection', identifier], 'is not used by the condition');
    }
    if (faults.length > before) return [];
    const { id, title, description, level } = data;
    return [
      {
        ...{ kind: 'detection', id, name: data.name, title, description, level, file },
        matches: (event) => evaluate(parsed, (search) => tests.get(search)!(event)),
        first: data.worksmartly?.first ?? null,
        alerts: true,
      },
    ];
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    fault(['detection', 'condition'], error.message);
    return [];
  }
}

function compileCorrelation(
  { file, lineOf }: YamlFile<unknown>,
  data: CorrelationFile,
  detections: readonly DetectionRule[],
  faults: RuleFault[],
): CorrelationRule[] {
  const before = faults.length;
  const fault = (path: YamlPath, reason: string) =>
    faults.push({ file, line: lineOf(path), reason: `${path.join('.')}: ${reason}` });
  const { type, rules, condition, aliases } = data.correlation;
  const timespan = parseTimespan(data.correlation.timespan);
  if (timespan === undefined) {
    fault(['correlation', 'timespan'], 'must be a whole number and s, m, h or d, at most a day');
  }
  const names = rules.map((rule, i) => {
    const found = detections.find((one) => one.name === rule || one.id === rule);
    if (!found)
      fault(['correlation', 'rules', i], 'is not the name or id of a detection rule here');
    return found?.name ?? '';
  });
  const isCounting = COUNTING.some((counting) => counting === type);
  const { field, ...limits } = condition ?? {};
  const bounds = Object.entries(limits);
  if (isCounting && bounds.length === 0) fault(['correlation', 'condition'], 'says no number');
  if (!isCounting && condition) {
    fault(['correlation', 'condition'], `is not for ${type}: all of its rules must have matched`);
  }
  if (type.startsWith('value_') !== (field !== undefined)) {
    const reason = field === undefined ? 'names no field' : `names a field, which ${type} has not`;
    fault(['correlation', 'condition'], reason);
  }
  for (const [how, bound] of bounds) {
    const isHeld = type === 'value_sum' || type === 'value_avg' || Math.abs(bound!) <= COUNT_MAX;
    if (!isHeld) fault(['correlation', 'condition', how], `must be at most ${COUNT_MAX}`);
  }
  if (faults.length > before || timespan === undefined) return [];
  const { id, title, description, level } = data;
  return [
    {
      ...{ kind: 'correlation', id, name: data.name, title, description, level, file },
      ...{ type, rules: names, groupBy: data.correlation['group-by'], timespan },
      aliases: new Map(
        Object.entries(aliases ?? {}).map(([alias, of]) => [alias, new Map(Object.entries(of))]),
      ),
      isMet: (count) => bounds.every(([how, bound]) => holds(how, count, bound!)),
      field: field ?? null,
    },
  ];
}

function holds(how: string, count: number, bound: number): boolean {
  switch (how) {
    case 'gt':
      return count > bound;
    case 'gte':
      return count >= bound;
    case 'lt':
      return count < bound;
    case 'lte':
      return count <= bound;
    case 'eq':
      return count === bound;
    default:
      return count !== bound;
  }
}
