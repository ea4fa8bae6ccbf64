/** Who manages how many: direct reports, everybody below, and layers. By the manager's staff number in
 * the job in force on the day, among those employed on it. */
import { dayOf } from '../day.ts';
import { withhold } from '../suppress.ts';
import { noSuchColumn, noSuchRow } from './dimension-cells.ts';
import { decimal } from './figures.ts';
import { type Hierarchy, hierarchyOf } from './hierarchy.ts';
import { AS_OF, type ParameterDefinition } from './parameters.ts';
import {
  EMPLOYED,
  EMPLOYED_ELEMENTS,
  type Report,
  type ReportCell,
  type ReportColumn,
  type RunContext,
} from './report.ts';

const SPANS = [1, 2, 4, 7, 11, 16, 26] as const;
const VIEW: ParameterDefinition = {
  id: 'view',
  label: 'Show',
  type: 'choice',
  default: () => 'spans',
  options: [
    { id: 'spans', label: 'Managers by number of direct reports' },
    { id: 'layers', label: 'People by layer' },
    { id: 'managers', label: 'Every manager', recordLevel: true },
  ],
};
const NO_LAYER = 'In a circle of reporting lines';

export const spanOfControl: Report = {
  id: 'span-of-control',
  label: 'Span of control',
  group: 'people',
  description:
    'Direct reports per manager, everybody below, and layers from the top. Who names nobody employed, ' +
    'or the own number, is at the top; who is in a circle of reporting lines is in no layer.',
  parameters: [AS_OF, VIEW],
  tables: ['staffing', 'employment'],
  elements: () => [...EMPLOYED_ELEMENTS, 'job.manager', 'employment.staffNumber'],
  async run(context, { asOf, view }) {
    const tree = await treeOf(context, asOf);
    const shown = VIEWS[view ?? 'spans']!(context, tree);
    return { asOf, suppressed: context.suppress, exceptions: null, ...shown };
  },
  drill: {
    elements: () => ['employment.hireDate', 'job.manager', 'employment.staffNumber'],
    async people(context, { asOf, view }, { row, column }) {
      const tree = await treeOf(context, asOf);
      if (row.length !== 1) throw noSuchRow();
      if (view === 'managers') {
        const manager = tree.people.find((one) => context.person(one).staffNumber === row[0]);
        if (manager === undefined) throw noSuchRow();
        if (column === 'direct') return tree.direct.get(manager) ?? [];
        if (column === 'below') return tree.below(manager);
        throw noSuchColumn();
      }
      if (view === 'layers') {
        if (column !== 'people') throw noSuchColumn();
        return tree.people.filter((one) => layerLabel(tree.layer.get(one)) === row[0]);
      }
      const at = SPANS.findIndex((_, i) => spanLabel(i) === row[0]);
      if (at === -1) throw noSuchRow();
      const managers = [...tree.direct].filter(([, direct]) => spanOf(direct.length) === at);
      if (column === 'managers') return managers.map(([manager]) => manager);
      if (column === 'people') return managers.flatMap(([, direct]) => direct);
      throw noSuchColumn();
    },
  },
};

type Shown = { columns: ReportColumn[]; rows: ReportCell[][]; withheld: number };

const VIEWS: Readonly<Record<string, (context: RunContext, tree: Hierarchy) => Shown>> = {
  spans(context, { direct }) {
    const managers = SPANS.map(() => 0);
    const people = SPANS.map(() => 0);
    for (const { length } of direct.values()) {
      managers[spanOf(length)]!++;
      people[spanOf(length)]! += length;
    }
    // How many people a manager of the band has is known roughly, so both hide what either must.
    const [few] = context.suppress ? withhold([managers]) : [[]];
    const [alike] = context.suppress ? withhold([people], [few!]) : [[]];
    const rows = SPANS.map((_, i) => {
      const isHidden = alike![i] === true;
      const average = managers[i] ? decimal(people[i]! / managers[i]!, 1) : null;
      return [
        spanLabel(i),
        isHidden ? null : managers[i]!,
        isHidden ? null : people[i]!,
        isHidden ? null : average,
      ];
    });
    const columns: ReportColumn[] = [
      { id: 'span', label: 'Direct reports', type: 'text' },
      { id: 'managers', label: 'Managers', type: 'count' },
      { id: 'people', label: 'People who report to them', type: 'count' },
      { id: 'average', label: 'Average span', type: 'decimal' },
    ];
    return { columns, rows, withheld: 3 * alike!.slice(0, SPANS.length).filter(Boolean).length };
  },
  layers(context, { people, layer }) {
    const labels: string[] = [];
    const counts: number[] = [];
    const layers = people.map((one) => layer.get(one));
    const deepest = layers.reduce<number>((most, one) => Math.max(most, one ?? 0), 0);
    for (let i = 1; i <= deepest; i++) {
      labels.push(layerLabel(i));
      counts.push(layers.filter((one) => one === i).length);
    }
    labels.push(layerLabel(undefined));
    counts.push(layers.filter((one) => one === undefined).length);
    const [hidden] = context.suppress ? withhold([counts]) : [[]];
    const rows = labels.map((label, i) => [label, hidden![i] ? null : counts[i]!]);
    const columns: ReportColumn[] = [
      { id: 'layer', label: 'Layer', type: 'text' },
      { id: 'people', label: 'People', type: 'count' },
    ];
    return { columns, rows, withheld: hidden!.slice(0, labels.length).filter(Boolean).length };
  },
  managers(context, tree) {
    const rows = [...tree.direct].map(([manager, direct]): ReportCell[] => [
      context.person(manager).staffNumber,
      direct.length,
      tree.below(manager).length,
      tree.layersBelow(manager),
      tree.layer.get(manager) ?? null,
    ]);
    const columns: ReportColumn[] = [
      { id: 'manager', label: 'Manager (staff number)', type: 'text' },
      { id: 'direct', label: 'Direct reports', type: 'count' },
      { id: 'below', label: 'Everybody below', type: 'count' },
      { id: 'layersBelow', label: 'Layers below', type: 'count' },
      { id: 'layer', label: 'Layer', type: 'count' },
    ];
    return {
      columns,
      rows: rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      withheld: 0,
    };
  },
};

async function treeOf(context: RunContext, asOf: string): Promise<Hierarchy> {
  const lines = await context.query(
    `with here as (select s.person, s."manager" as names from staffing s where ${EMPLOYED})
     select h.person, coalesce(m.person, -1)::integer from here h
     left join (select e."managesAs" as code, e.person from employment e
       where e."managesAs" > 0 and e.person in (select person from here)) m on m.code = h.names
     order by h.person`,
    [dayOf(asOf)],
  );
  return hierarchyOf(lines as [number, number][]);
}

function spanOf(direct: number): number {
  return SPANS.findLastIndex((least) => least <= direct);
}

function spanLabel(i: number): string {
  const next = SPANS[i + 1];
  if (next === undefined) return `${SPANS[i]} or more`;
  return next - 1 === SPANS[i] ? `${SPANS[i]}` : `${SPANS[i]} to ${next - 1}`;
}

function layerLabel(layer: number | undefined): string {
  return layer === undefined ? NO_LAYER : `Layer ${layer}`;
}
