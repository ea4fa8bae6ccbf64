/** Policies by version: who of those employed has acknowledged it, who has not, and who is late. */
import { dateOf, dayOf, NO_DAY } from '../day.ts';
import { noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { percent } from './figures.ts';
import { AS_OF, type ParameterDefinition } from './parameters.ts';
import { partition } from './partition.ts';
import {
  EMPLOYED,
  EMPLOYED_ELEMENTS,
  type Report,
  type RunContext,
  SERVICE_FROM,
} from './report.ts';

const DUE: ParameterDefinition = {
  id: 'dueDays',
  label: 'Days to acknowledge, from the version or the hire',
  type: 'number',
  default: () => 30,
  minimum: 0,
  maximum: 730,
};
const ELEMENTS = [
  'acknowledgement.policy',
  'acknowledgement.version',
  'acknowledgement.acknowledgedOn',
] as const;

const VERSION_ELEMENTS = ['policy', 'version', 'from', 'until'].map((id) => `policyVersion.${id}`);

interface Version {
  readonly policy: string;
  readonly version: string;
  /** From which day on it is in effect. */
  readonly from: number;
}

export const policyAcknowledgement: Report = {
  id: 'policy-acknowledgement',
  label: 'Policy acknowledgement',
  group: 'programmes',
  description:
    'By version of a policy that is in effect on the day: who of those employed has acknowledged it, ' +
    'who has not, and who should have by now.',
  parameters: [AS_OF, DUE],
  tables: ['staffing', 'acknowledgement'],
  usesPolicyVersions: true,
  elements: () => [...EMPLOYED_ELEMENTS, ...ELEMENTS, ...VERSION_ELEMENTS],
  async run(context, { asOf, dueDays = 30 }) {
    let withheld = 0;
    const rows = [];
    for (const version of await versionsOf(context, asOf)) {
      const [[acknowledged = 0, waiting = 0, late = 0] = []] = await context.query(
        `select count(*) filter (where stage = 0)::integer, count(*) filter (where stage = 1)::integer,
          count(*) filter (where stage = 2)::integer from (${stages(context, version, dueDays)})`,
        [dayOf(asOf)],
      );
      const { isShown } = partition([acknowledged, waiting, late], context.suppress);
      // Everybody less those who have is those who have not.
      const shown = [isShown(0), isShown(0) && isShown(0, 1, 2), isShown(2)];
      withheld += shown.filter((is) => !is).length;
      rows.push([
        version.policy,
        version.version,
        version.from === NO_DAY ? '' : dateOf(version.from),
        shown[0] ? acknowledged : null,
        shown[1] ? waiting + late : null,
        shown[2] ? late : null,
        shown[1] ? percent(acknowledged, acknowledged + waiting + late) : null,
      ]);
    }
    return {
      asOf,
      columns: [
        { id: 'policy', label: 'Policy', type: 'text' },
        { id: 'version', label: 'Version', type: 'text' },
        { id: 'from', label: 'In effect from', type: 'date' },
        { id: 'acknowledged', label: 'Acknowledged', type: 'count' },
        { id: 'outstanding', label: 'Outstanding', type: 'count' },
        { id: 'overdue', label: 'Overdue', type: 'count' },
        { id: 'rate', label: 'Acknowledged of all', type: 'percent' },
      ],
      rows,
      suppressed: context.suppress,
      withheld,
      exceptions: null,
    };
  },
  drill: {
    elements: () => ['employment.hireDate', ...ELEMENTS],
    async people(context, { asOf, dueDays = 30 }, { row, column }) {
      const conditions: Readonly<Record<string, string>> = {
        acknowledged: 'stage = 0',
        outstanding: 'stage > 0',
        overdue: 'stage = 2',
      };
      const condition = conditions[column];
      if (condition === undefined) throw noSuchColumn();
      const version = (await versionsOf(context, asOf)).find(
        (one) => row.length === 3 && one.policy === row[0] && one.version === row[1],
      );
      if (version === undefined) throw noSuchRow();
      const found = await context.query(
        `select person from (${stages(context, version, dueDays)}) where ${condition}`,
        [dayOf(asOf)],
      );
      return found.map(([person]) => person!);
    },
  },
};

/** Everybody employed: 0 acknowledged by the day, 1 not yet, 2 not yet and late. */
function stages(context: RunContext, { policy, version, from }: Version, dueDays: number): string {
  const codes = [
    context.words(ELEMENTS[0]).indexOf(policy),
    context.words(ELEMENTS[1]).indexOf(version),
  ];
  const start = from === NO_DAY ? -1_000_000 : from;
  return `select s.person, case
      when s.person in (select k.person from acknowledgement k where k."policy" = ${codes[0]}
        and k."version" = ${codes[1]} and k."acknowledgedOn" <= $1) then 0
      when greatest(${SERVICE_FROM}, ${start}) + ${Math.trunc(dueDays)} < $1 then 2
      else 1 end as stage from staffing s where ${EMPLOYED}`;
}

/** The versions in effect on the day: as the client's own records name them, and those that only
 * acknowledgements name, which are in effect from the first of them. */
async function versionsOf(context: RunContext, asOf: string): Promise<Version[]> {
  const found = await context.query(
    `select "policy", "version", min("acknowledgedOn") from acknowledgement
     where "policy" > 0 and "version" > 0 and "acknowledgedOn" <= $1 group by all`,
    [dayOf(asOf)],
  );
  const versions = new Map<string, Version>();
  for (const [policy, version, from] of found) {
    const named = {
      policy: context.words(ELEMENTS[0])[policy!]!,
      version: context.words(ELEMENTS[1])[version!]!,
    };
    versions.set(JSON.stringify([named.policy, named.version]), { ...named, from: from! });
  }
  for (const one of context.reference.policyVersions ?? []) {
    const key = JSON.stringify([one.policy, one.version]);
    const isOver = one.lastDay !== null && one.lastDay < asOf;
    if ((one.from !== null && one.from > asOf) || isOver) versions.delete(key);
    else {
      const from = one.from === null ? (versions.get(key)?.from ?? NO_DAY) : dayOf(one.from);
      versions.set(key, { policy: one.policy, version: one.version, from });
    }
  }
  return [...versions.values()].sort((a, b) =>
    `${a.policy}\n${a.version}` < `${b.policy}\n${b.version}` ? -1 : 1,
  );
}
