/** Catalogue + mapping + headers → every fault of the mapping at once, or the function that maps its rows. */
import type { RecordType } from '../../../../catalogue/catalogue.ts';
import { checkValue } from '../../../../catalogue/check-value.ts';
import type { Mapping } from '../../../../contract/mapping.ts';
import { bulkKind } from '../bulk-mapping.ts';
import { type Assignment, assignElements, type MappingFault } from './assign-elements.ts';
import { type Catalogues, findTarget } from './find-target.ts';
import { type MapRow, mapRowWith, type RowPlan, type TypePlan } from './map-row.ts';
import { compileCell } from './read-cell.ts';
import { readTyped } from './read-typed.ts';
import { type RecordRule, recordRule } from './record-rule.ts';

/**
 * `generates`: staff numbers come from row numbers, so the import may only add people.
 * `isBulk`: the rows are people who are there, edited as they were previewed.
 * `isOfClient`: the rows are records about the client itself, and have no staff number.
 * `hasRepeats`: several rows may be about one person, as each is a record of its own.
 */
export interface CompiledMapping {
  types: { id: string; rule: RecordRule }[];
  discarded: string[];
  generates: boolean;
  isBulk: boolean;
  isOfClient: boolean;
  hasRepeats: boolean;
  /** The header of the column that gives the key, or null where none does. */
  keyHeader: string | null;
  /** The header of the column that gives an element, or null where none does. */
  headerOf(element: string): string | null;
  mapRow: MapRow;
}

export const keyElement = 'employment.staffNumber';

/**
 * `headers` are those of `parseCsv`. Everything it takes can be sent to a worker, which compiles its
 * own. A record type that only the key stands for (`employment` in a file of new salaries) is not
 * touched; every touched type must get its required elements. `isTyped`: the cells are those of a
 * workbook.
 */
export function compileMapping(
  catalogues: Catalogues,
  mapping: Mapping,
  headers: string[],
  isTyped = false,
): { faults: MappingFault[] } | CompiledMapping {
  const isOfClient = 'about' in mapping.key;
  const about = isOfClient ? 'client' : 'subject';
  const { assignments, discarded, faults } = assignElements(catalogues, mapping, headers, about);
  if (!isOfClient) faults.push(...keyFaults(catalogues, mapping, assignments));

  const bulk = bulkKind(mapping);
  const touched = touchedTypes(assignments);
  const plans = touched.map((type) => planType(type, mapping, assignments));
  for (const { type, plan } of plans) {
    for (const element of type.elements) {
      const id = `${type.id}.${element.id}`;
      const generated = id === keyElement && 'generate' in mapping.key;
      // Whoever is edited in bulk has the record already.
      if (!element.required || generated || bulk) continue;
      const giver = assignments.find((each) => each.id === id);
      if (giver) plan.required.push({ element: element.id, header: giver.header });
      else
        faults.push({ column: null, reason: `${type.id} requires ${id}, which no column gives` });
    }
  }

  const plan: RowPlan = {
    columns: [],
    types: plans.map((each) => each.plan),
    key: 'generate' in mapping.key ? { prefix: mapping.key.prefix } : null,
    isOfClient,
  };
  for (const assignment of assignments) {
    const fault = addAssignment(catalogues, assignment, plan, isTyped);
    if (fault !== null) faults.push({ column: assignment.header, reason: fault });
  }
  if (faults.length === 0 && plan.types.length === 0) {
    faults.push({ column: null, reason: 'the mapping keeps nothing of the file but the key' });
  }
  if (faults.length > 0) return { faults };
  const types = touched.map((type) => ({
    id: type.id,
    rule: ruleOf(type, assignments, bulk === 'correct'),
  }));
  return {
    types,
    discarded,
    generates: plan.key !== null,
    isBulk: bulk !== null,
    isOfClient,
    hasRepeats: plan.key === null && types.every(({ rule }) => rule.cardinality === 'many'),
    headerOf: (id) => assignments.find((each) => each.id === id)?.header ?? null,
    keyHeader: plan.columns.find((column) => column.isKey)?.header ?? null,
    mapRow: mapRowWith(plan),
  };
}

function keyFaults(
  catalogues: Catalogues,
  mapping: Mapping,
  assignments: Assignment[],
): MappingFault[] {
  const giver = assignments.find((each) => each.id === keyElement);
  if ('generate' in mapping.key) {
    const target = findTarget(catalogues, keyElement);
    if ('reason' in target) return [{ column: null, reason: `the key ${target.reason}` }];
    if (!giver) return [];
    return [
      { column: giver.header, reason: `gives ${keyElement}, which the key generates already` },
    ];
  }
  if (!giver) return [{ column: null, reason: `the key ${keyElement} is given by no column` }];
  if (giver.header !== null) return [];
  return [{ column: null, reason: `the constant ${keyElement} gives every row the same key` }];
}

function touchedTypes(assignments: Assignment[]): RecordType[] {
  return [
    ...new Set(assignments.filter((each) => each.id !== keyElement).map((each) => each.type)),
  ];
}

function ruleOf(type: RecordType, assignments: Assignment[], corrects: boolean): RecordRule {
  const own = assignments.filter((each) => each.type === type);
  return recordRule(type, new Set(own.map(({ element }) => element.id)), corrects);
}

function planType(
  type: RecordType,
  mapping: Mapping,
  assignments: Assignment[],
): { type: RecordType; plan: TypePlan } {
  const from = type.cardinality === 'effective' ? (mapping.effective ?? null) : null;
  const isRead = assignments.some((each) => each.type === type && each.header !== null);
  return { type, plan: { id: type.id, from, isRead, constants: [], required: [] } };
}

/** Adds one column's reader, or one constant, to the plan; answers the fault if there is one. */
function addAssignment(
  catalogues: Catalogues,
  assignment: Assignment,
  plan: RowPlan,
  isTyped: boolean,
): string | null {
  const { id, element } = assignment;
  const type = plan.types.findIndex((each) => each.id === assignment.type.id);
  if (assignment.header === null) {
    const checked = checkValue(catalogues.adopted, element, assignment.constant);
    if ('reason' in checked) return `the constant ${id} ${checked.reason}`;
    plan.types[type]?.constants.push([element.id, checked.value]);
    return null;
  }
  const cell = compileCell(catalogues.adopted, element, assignment.transform);
  if ('fault' in cell) return `cannot become ${id}: ${cell.fault}`;
  const { index, header, transform } = assignment;
  const isKey = id === keyElement;
  const read = isTyped ? readTyped(catalogues.adopted, element, transform, cell.read) : cell.read;
  plan.columns.push({ index, header, type, element: element.id, read, isKey });
  return null;
}
