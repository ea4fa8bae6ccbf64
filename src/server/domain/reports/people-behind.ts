/** The people behind one figure of a kept run, as a list page: for readers who may see every element
 * that makes the list, person by person. The people are those of now; the answer says whether data has
 * moved on since the run. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { ReportPlace } from '../../readmodel/messages.ts';
import { findReport } from '../../readmodel/reports/reports.ts';
import type { DomainOperation } from '../operation.ts';
import { openCursor, sealCursor } from '../people/cursor.ts';
import { nameSubjects } from '../people/name-subjects.ts';
import { accessOf, askReadModel, scopeOf, versionOf } from '../read-model-access.ts';
import { mustSeeEach, refusal } from './reader-rights.ts';
import { referenceFor } from './report-reference.ts';
import { ownRun } from './run-access.ts';

/** What an item shows, of the types and elements granted. */
const SHOWN = [
  'person.firstName',
  'person.lastName',
  'job.title',
  'job.department',
  'job.location',
  'employment.hireDate',
];

interface Asked extends ReportPlace {
  readonly limit: number;
  readonly cursor?: string;
}

export const peopleBehind: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { house, state, grant, input, at, signal } = call;
    const { id, meta } = await ownRun(call);
    const report = findReport(meta.report);
    if (report === undefined || report.id !== input.params.id) throw notFound();
    if (report.drill === undefined) throw refusal('role-not-permitted');
    const used = report.drill.elements(meta.parameters);
    mustSeeEach(grant!, used);
    const { row, column, limit, cursor } = input.body as Asked;
    const question = { run: id, row, column };
    const elements = SHOWN.filter((element) => {
      const [type, name] = element.split('.') as [string, string];
      return grant!.types.has(type) && grant!.allows(type, name);
    });
    const today = new Date(at).toISOString().slice(0, 10);
    const scope = scopeOf(grant!);
    const asked = {
      run: {
        report: report.id,
        parameters: meta.parameters,
        today,
        scope,
        // Of a suppressed run the rows are named as they were shown.
        suppress: meta.suppressed,
        reference: await referenceFor(grant!.store, report),
      },
      place: { row, column },
      query: {
        today,
        scope,
        rights: { types: [...grant!.types], sensitivities: ['R1', 'R2', 'R3'] as const },
        elements,
        limit,
        ...(cursor && { after: openCursor(call, question, cursor) }),
      },
    };
    const found = await askReadModel(() =>
      house.readModel.reportPeople(accessOf(state), versionOf(state), asked, signal),
    );
    const { dataVersion } = found;
    const { subjects, attachment } = nameSubjects(found.items.map((item) => item.subject));
    const next = found.next && sealCursor(call, question, found.next);
    return {
      types: [...new Set([...used, ...elements].map((element) => element.split('.')[0]!))],
      subjects,
      rows: found.items.length,
      work: { dataVersion, ...(attachment && { attachment }) },
      answer: () => ({
        run: { id: toId('run', id), dataVersion: meta.dataVersion },
        dataVersion,
        movedOn: dataVersion !== meta.dataVersion,
        items: found.items.map(({ subject, staffNumber, values }) => ({
          id: toId('subject', subject),
          staffNumber,
          ...values,
        })),
        total: found.total,
        next,
      }),
    };
  },
};
