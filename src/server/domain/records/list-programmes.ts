/** The programmes that the client offers its staff. */
import { toId } from '../../../contract/ids.ts';
import type { OpenedRecord } from '../../vault/store.ts';
import type { DomainOperation } from '../operation.ts';
import { readOwn } from './read-own.ts';
import { isInForce } from './references.ts';
import { lastDay, textOf } from './shown-values.ts';

const TYPES = ['programme'];

export const listProgrammes: DomainOperation = {
  types: () => TYPES,
  async run(call) {
    const today = new Date(call.at).toISOString().slice(0, 10);
    const own = await readOwn(call, new Set(TYPES));
    return {
      work: own.work,
      answer: (committed) => ({
        items: own
          .open(committed)
          .sort(byName)
          .map(({ record, body }) => ({
            id: toId('record', record),
            name: String(body.e.name),
            kind: String(body.e.kind),
            from: textOf(body.e.from) ?? body.from,
            until: lastDay(body),
            isOpen: isInForce(body, today),
          })),
      }),
    };
  },
};

function byName(a: OpenedRecord, b: OpenedRecord): number {
  return String(a.body.e.name).localeCompare(String(b.body.e.name), 'en');
}
