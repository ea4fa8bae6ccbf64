/** Reads one record about the client itself. */
import { parseId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { DomainOperation } from '../operation.ts';
import { presentOwn } from './list-client-records.ts';
import { typeInPath } from './owner.ts';
import { readOwn } from './read-own.ts';

export const readClientRecord: DomainOperation = {
  types: (input, catalogue) => [typeInPath('client', input, catalogue).id],
  async run(call) {
    const { grant, input } = call;
    const { store, catalogue } = grant!;
    const type = typeInPath('client', input, catalogue);
    const id = parseId('record', input.params.rec)!;
    const isThere = ({ record, body }: { record: string; body: { t: string } }) =>
      record === id && body.t === type.id;
    // Records do not go away: one that is there now is there when the entry stands.
    const held = await store.read(NIL_UUID);
    if (!held?.records.some(isThere)) throw notFound();
    const own = await readOwn(call, new Set([type.id]), input.query.history === 'true');
    return {
      work: own.work,
      answer(committed) {
        const opened = own.open(committed);
        const record = opened.find((each) => each.current && isThere(each));
        if (!record) throw notFound();
        return presentOwn(grant!, type, record, opened);
      },
    };
  },
};
