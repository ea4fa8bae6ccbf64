/** Whose records an operation is about: a person's, or the client's own. */
import type { Catalogue, RecordType } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import { parseId } from '../../../contract/ids.ts';
import { badInput, conflict } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { Call, Input } from '../operation.ts';

export type About = RecordType['about'];

const ELSEWHERE: Record<About, string> = {
  subject: 'is not a record type about people that this client adopted',
  client: 'is not a record type about the client itself that this client adopted',
};
const THERE: Record<About, string> = {
  subject: ': records about people are at /clients/{c}/staff/{sub}/records/{type}',
  client: ': records about the client itself are at /clients/{c}/records/{type}',
};

/** The uuid under which the records lie. */
export function ownerOf(about: About, input: Input): string {
  return about === 'client' ? NIL_UUID : parseId('subject', input.params.sub)!;
}

/** The record type that the path names, which must be about the owner. Throws badInput. */
export function typeInPath(about: About, input: Input, catalogue: Catalogue): RecordType {
  const type = findType(catalogue, input.params.type!);
  if (type?.about === about) return type;
  const reason = `${ELSEWHERE[about]}${type ? THERE[type.about] : ''}`;
  throw badInput('There are no such records here.', [{ at: 'type', reason }]);
}

/** An import may be bringing in the same records, unseen until its end: there could be two of one name.
 * Throws a conflict while one is under way. */
export function checkNoImport({ state }: Call): void {
  if (state.head.pending === null) return;
  throw conflict('import-running', 'An import of this client is under way. Wait for its end.');
}
