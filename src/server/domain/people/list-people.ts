/** Lists people: by substring, filters, sort and page, from the read model. */
import { findElement } from '../../../catalogue/find.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import type { ListQuery } from '../../readmodel/messages.ts';
import type { Call, DomainOperation, Grant, Result } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, showsCanaries, versionOf } from '../read-model-access.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { nameSubjects } from './name-subjects.ts';

export interface Asked {
  readonly q?: string;
  readonly sort?: string;
  readonly cursor?: string;
  readonly limit: number;
  /** Only those who report to this person, so many levels down. */
  readonly reportsOf?: string;
  readonly depth?: number;
  readonly filters: Readonly<Record<string, string>>;
}

/** What an item shows, of the types and elements granted. */
const SHOWN = [
  'employment.staffNumber',
  'person.firstName',
  'person.lastName',
  'person.preferredName',
  'job.title',
  'job.department',
  'job.departmentName',
  'job.location',
  'employment.status',
  'employment.type',
  'employment.hireDate',
  'contact.workEmail',
];

/** What reporting lines follow from. */
const REPORTING = ['job.manager', 'employment.staffNumber'];

export const listPeople: DomainOperation = {
  types: () => 'all',
  run(call) {
    const { q, sort, cursor, limit, reportsOf, depth, ...filters } = call.input.query as Record<
      string,
      string
    >;
    return list(call, {
      limit: Number(limit),
      ...(reportsOf && { reportsOf }),
      ...(depth && { depth: Number(depth) }),
      filters,
      ...(q && { q }),
      ...(sort && { sort }),
      ...(cursor && { cursor }),
    });
  },
};

export const searchPeople: DomainOperation = {
  types: () => 'all',
  run: (call) => list(call, call.input.body as Asked),
};

async function list(call: Call, asked: Asked): Promise<Result> {
  const { house, state, grant, signal, at } = call;
  const query = queryOf(call, grant!, asked, at);
  const found = await askReadModel(() =>
    house.readModel.list(accessOf(state), versionOf(state), query, signal),
  );
  const { subjects, attachment } = nameSubjects(found.items.map((item) => item.subject));
  const next = found.next && sealCursor(call, asked, found.next);
  const items = found.items.map(({ subject, staffNumber, values }) => ({
    id: toId('subject', subject),
    staffNumber,
    ...values,
  }));
  return {
    types: typesUsed(query),
    subjects,
    rows: items.length,
    work: { dataVersion: found.dataVersion, ...(attachment && { attachment }) },
    answer: () => ({ items, total: found.total, next }),
  };
}

/** The question to the read model. Throws badInput for what the caller may not list by. */
export function queryOf(call: Call, grant: Grant, asked: Asked, at: number): ListQuery {
  const elements = SHOWN.filter((id) => isGranted(grant, id));
  const after = asked.cursor === undefined ? undefined : openCursor(call, asked, asked.cursor);
  const descending = asked.sort?.startsWith('-') ?? false;
  const sort = asked.sort && { element: asked.sort.slice(descending ? 1 : 0), descending };
  for (const id of [...Object.keys(asked.filters), ...(sort ? [sort.element] : [])]) {
    checkListed(grant, id);
  }
  const { reportsOf, depth } = asked;
  if (depth && !reportsOf) {
    throw badInput('This list cannot be made.', [
      { at: 'depth', reason: 'counts levels below `reportsOf`, which is missing' },
    ]);
  }
  if (reportsOf) for (const id of REPORTING) checkListed(grant, id);
  const under = reportsOf && {
    subject: parseId('subject', reportsOf)!,
    ...(depth && { levels: depth }),
  };
  return {
    today: new Date(at).toISOString().slice(0, 10),
    scope: scopeOf(grant),
    showsCanaries: showsCanaries(grant.role),
    rights: { types: [...grant.types], sensitivities: ['R1', 'R2', 'R3'] },
    elements,
    filters: asked.filters,
    limit: asked.limit,
    ...(under && { under }),
    ...(asked.q && { q: asked.q }),
    ...(sort && { sort }),
    ...(after && { after }),
  };
}

/** R4 is neither returned, filtered, sorted, searched nor counted in a list. */
function checkListed(grant: Grant, id: string): void {
  const found = findElement(grant.catalogue, id);
  if (found && isGranted(grant, id) && found.element.sensitivity !== 'R4') return;
  throw badInput('This list cannot be made.', [
    { at: 'query', reason: 'names an element that you cannot filter or sort by' },
  ]);
}

function isGranted(grant: Grant, id: string): boolean {
  const [type, element] = id.split('.') as [string, string];
  return grant.types.has(type) && grant.allows(type, element) && !!findElement(grant.catalogue, id);
}

function typesUsed(query: ListQuery): string[] {
  const ids = [...query.elements!, ...Object.keys(query.filters ?? {})];
  if (query.sort) ids.push(query.sort.element);
  if (query.under) ids.push(...REPORTING);
  return [...new Set(ids.map((id) => id.split('.')[0]!))];
}
