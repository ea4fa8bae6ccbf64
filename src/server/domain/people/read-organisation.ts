/** A page of the tree of reporting lines, as far as the caller sees people. */
import { findElement, findType } from '../../../catalogue/find.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import type { OrganisationNode } from '../../readmodel/messages.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { accessOf, askReadModel, scopeOf, showsCanaries, versionOf } from '../read-model-access.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { nameSubjects } from './name-subjects.ts';

interface Asked {
  readonly root?: string;
  readonly depth: number;
  readonly at?: string;
  readonly unplaced: 'true' | 'false';
  readonly limit: number;
  readonly cursor?: string;
}

const TYPES = ['employment', 'job', 'person'];
const STAFF_NUMBER = 'employment.staffNumber';
const [FIRST, LAST, CALLED] = ['person.firstName', 'person.lastName', 'person.preferredName'];
const [TITLE, DEPARTMENT, DEPARTMENT_CODE] = ['job.title', 'job.departmentName', 'job.department'];
const SHOWN = [STAFF_NUMBER, FIRST, LAST, CALLED, TITLE, DEPARTMENT, DEPARTMENT_CODE];

export const readOrganisation: DomainOperation = {
  types(_, catalogue) {
    const missing = TYPES.filter((type) => !findType(catalogue, type));
    if (missing.length === 0) return TYPES;
    throw badInput('This client has no reporting lines.', [
      { at: 'client', reason: 'has not adopted the record types that they follow from' },
    ]);
  },
  async run(call) {
    const { house, state, grant, signal, at } = call;
    const asked = call.input.query as unknown as Asked;
    const today = new Date(at).toISOString().slice(0, 10);
    const day = asked.at ?? today;
    const query = {
      day,
      today,
      scope: scopeOf(grant!),
      showsCanaries: showsCanaries(grant!.role),
      elements: SHOWN.filter((id) => isGranted(call, id)),
      depth: asked.depth,
      unplaced: asked.unplaced === 'true',
      offset: asked.cursor === undefined ? 0 : openCursor(call, asked, asked.cursor).offset,
      limit: asked.limit,
      ...(asked.root && { root: parseId('subject', asked.root)! }),
    };
    const found = await askReadModel(() =>
      house.readModel.organisation(accessOf(state), versionOf(state), query, signal),
    );
    const { path, nodes, total, next, unplaced, dataVersion } = found;
    const people = [...new Set([...path, ...nodes].map((node) => node.subject))];
    const { subjects, attachment } = nameSubjects(people);
    const cursor =
      next === null
        ? null
        : sealCursor(call, asked, { subject: nodes.at(-1)!.subject, offset: next });
    return {
      types: TYPES,
      subjects,
      rows: path.length + nodes.length,
      work: { dataVersion, ...(attachment && { attachment }) },
      answer: () => ({
        at: day,
        path: path.map(shown),
        nodes: nodes.map(shown),
        total,
        next: cursor,
        unplaced,
      }),
    };
  },
};

function isGranted({ grant }: Call, id: string): boolean {
  const [type, element] = id.split('.') as [string, string];
  const found = findElement(grant!.catalogue, id);
  return (
    !!found &&
    found.element.sensitivity !== 'R4' &&
    grant!.types.has(type) &&
    grant!.allows(type, element)
  );
}

function shown({ subject, manager, values, level, direct, total, reason }: OrganisationNode) {
  const text = (id: string) => (values[id] as string | null | undefined) ?? null;
  const given = text(CALLED) ?? text(FIRST);
  return {
    id: toId('subject', subject),
    staffNumber: text(STAFF_NUMBER),
    name: [given, text(LAST)].filter((part) => part !== null).join(' ') || null,
    title: text(TITLE),
    department: text(DEPARTMENT) ?? text(DEPARTMENT_CODE),
    manager: manager && toId('subject', manager),
    level,
    direct,
    total,
    reason,
  };
}
