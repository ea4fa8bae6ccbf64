/** Lists records about the client itself, newest first. All of a compartment are read for it: these are
 * the programmes and policies of one organisation, not its people. */
import type { RecordType } from '../../../catalogue/catalogue.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { DomainOperation, Grant } from '../operation.ts';
import { openCursor, sealCursor } from '../people/cursor.ts';
import { presentRecord } from '../people/person-file.ts';
import { typeInPath } from './owner.ts';
import { readOwn } from './read-own.ts';

const NO_EMPLOYMENT = { hired: null, ended: null };

export const listClientRecords: DomainOperation = {
  types: (input, catalogue) => [typeInPath('client', input, catalogue).id],
  async run(call) {
    const { grant, input } = call;
    const { limit, cursor, history } = input.query as {
      limit: number;
      cursor?: string;
      history?: string;
    };
    const type = typeInPath('client', input, grant!.catalogue);
    const asked = { ...input.query, type: type.id };
    const after = cursor === undefined ? null : openCursor(call, asked, cursor).subject;
    const own = await readOwn(call, new Set([type.id]), history === 'true');
    return {
      work: own.work,
      answer(committed) {
        const opened = own.open(committed);
        const current = opened.filter((record) => record.current).sort(newestFirst);
        const page = current.filter(({ record }) => after === null || record < after);
        const items = page.slice(0, limit);
        const last = page.length > limit ? items.at(-1) : undefined;
        const position = last && { subject: last.record, offset: 0 };
        return {
          items: items.map((record) => presentOwn(grant!, type, record, opened)),
          total: current.length,
          next: position ? sealCursor(call, asked, position) : null,
        };
      },
    };
  },
};

/** A record with its earlier revisions, if those were read. */
export function presentOwn(
  grant: Grant,
  type: RecordType,
  record: OpenedRecord,
  all: readonly OpenedRecord[],
) {
  const earlier = all.filter((other) => other.record === record.record && !other.current);
  const present = (each: OpenedRecord) => presentRecord(grant, type, each, NO_EMPLOYMENT);
  return {
    ...present(record),
    ...(earlier.length > 0 && {
      history: earlier.sort((a, b) => a.revision - b.revision).map(present),
    }),
  };
}

/** Ids begin with their time. */
function newestFirst(a: OpenedRecord, b: OpenedRecord): number {
  return a.record < b.record ? 1 : -1;
}
