/** Whom a bulk edit is about, at one version of the data. */

import { parseId } from '../../../contract/ids.ts';
import { BULK_PEOPLE_MAX } from '../../../contract/operations-bulk.ts';
import { badInput } from '../../fault.ts';
import type { SelectAnswer } from '../../readmodel/messages.ts';
import type { Call } from '../operation.ts';
import { queryOf } from '../people/list-people.ts';
import { accessOf, askReadModel, versionOf } from '../read-model-access.ts';
import type { Selection } from './preview.ts';

/** Throws a Refusal when it is nobody, or too many. */
export async function selectPeople(call: Call, select: Selection): Promise<SelectAnswer> {
  const { ids, q, reportsOf, filters = {} } = select;
  const isNarrow = ids || q || reportsOf || Object.keys(filters).length > 0;
  if (!isNarrow) throw bad('says nobody: give q, filters, reportsOf or ids');
  const found = await whoIsSelected(call, select);
  if (found.total === 0) throw bad('is nobody');
  if (found.total > BULK_PEOPLE_MAX) {
    throw bad(`is ${found.total} people: at most ${BULK_PEOPLE_MAX} at once, so narrow it`);
  }
  return found;
}

/** The same, whoever and however many it is; beyond the most, only their number. */
export function whoIsSelected(call: Call, select: Selection): Promise<SelectAnswer> {
  const { house, state, grant, signal, at } = call;
  const { ids, filters = {}, ...rest } = select;
  const listed = queryOf(call, grant!, { ...rest, filters, limit: 1 }, at);
  // An edit of many people is about the real ones; a canary only where somebody names it.
  const query = { ...listed, showsCanaries: listed.showsCanaries === true && ids !== undefined };
  const subjects = ids ? [...new Set(ids.map((id) => parseId('subject', id)!))] : null;
  return askReadModel(() =>
    house.readModel.select(
      accessOf(state),
      versionOf(state),
      query,
      subjects,
      BULK_PEOPLE_MAX,
      signal,
    ),
  );
}

function bad(reason: string) {
  return badInput('Nobody can be changed like this.', [{ at: 'select', reason }]);
}
