/** Of how many people each element is up to date, due within 30 days, overdue or missing. Counts only,
 * for the record types that the caller may use. */
import { findElement } from '../../../../catalogue/find.ts';
import type { DomainOperation } from '../../operation.ts';
import { concernedSubjects } from '../../reports/concerned-subjects.ts';
import { countDue } from './count-due.ts';

export const readDue: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { input, at, grant, state } = call;
    const { catalogue, types } = grant!;
    const time = (input.query.at as string | undefined) ?? new Date(at).toISOString();
    const { dataVersion } = state.head;
    const tally = await countDue(call, time.slice(0, 10));
    const of = { ...call, ...grant!, user: call.principal.user };
    const concerned = await concernedSubjects(of, dataVersion);
    const used = catalogue.types.filter((type) => type.about === 'subject' && types.has(type.id));
    return {
      types: used.map((type) => type.id),
      subjects: concerned.subjects,
      rows: tally.counts.length,
      work: { ...(concerned.attachment && { attachment: concerned.attachment }) },
      answer() {
        concerned.committed();
        const items = tally.counts.map((count) => {
          const {
            label,
            cadence = null,
            required,
          } = findElement(catalogue, count.element)!.element;
          return { ...count, label, cadence, required };
        });
        return { at: time, people: tally.people, items };
      },
    };
  },
};
