/** Lists people: by substring, filters, sort and page, from the read model. */
import { randomUUID } from 'node:crypto';
import { ENTRY_LIST_MAX } from '#verifier/entry.ts';
import { jcs } from '#verifier/jcs.ts';
import { findElement } from '../../../catalogue/find.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import { subjectList } from '../../ledger/draft.ts';
import type { ListQuery } from '../../readmodel/messages.ts';
import type { Call, DomainOperation, Grant, Result } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { openCursor, sealCursor } from './cursor.ts';

interface Asked {
  readonly q?: string;
  readonly sort?: string;
  readonly cursor?: string;
  readonly limit: number;
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

export const listPeople: DomainOperation = {
  types: () => 'all',
  run(call) {
    const { q, sort, cursor, limit, ...filters } = call.input.query as Record<string, string>;
    return list(call, {
      limit: Number(limit),
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
  const subjects = found.items.map((item) => item.subject);
  const isLong = subjects.length > ENTRY_LIST_MAX;
  const ids = subjects.map((subject) => toId('subject', subject) as string).sort();
  const parts = [{ kind: 'subjects' as const, bytes: Buffer.from(jcs(ids)) }];
  const next = found.next && sealCursor(call, asked, found.next);
  const items = found.items.map(({ subject, staffNumber, values }) => ({
    id: toId('subject', subject),
    staffNumber,
    ...values,
  }));
  return {
    types: typesUsed(query),
    subjects: isLong ? subjectList(subjects) : subjects,
    work: {
      dataVersion: found.dataVersion,
      ...(isLong && { attachment: { id: randomUUID(), parts } }),
    },
    answer: () => ({ items, total: found.total, next }),
  };
}

function queryOf(call: Call, grant: Grant, asked: Asked, at: number): ListQuery {
  const elements = SHOWN.filter((id) => isGranted(grant, id));
  const after = asked.cursor === undefined ? undefined : openCursor(call, asked, asked.cursor);
  const descending = asked.sort?.startsWith('-') ?? false;
  const sort = asked.sort && { element: asked.sort.slice(descending ? 1 : 0), descending };
  for (const id of [...Object.keys(asked.filters), ...(sort ? [sort.element] : [])]) {
    checkListed(grant, id);
  }
  return {
    today: new Date(at).toISOString().slice(0, 10),
    scope: scopeOf(grant),
    rights: { types: [...grant.types], sensitivities: ['R1', 'R2', 'R3'] },
    elements,
    filters: asked.filters,
    limit: asked.limit,
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
  return [...new Set(ids.map((id) => id.split('.')[0]!))];
}
