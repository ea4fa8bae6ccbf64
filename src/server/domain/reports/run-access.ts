/** Who may read a kept run: whoever made it, and the client's HR, with rights today that cover what it
 * was made with. */

import { uuidOf } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { findReport, mustSuppress, typesOfRun } from '../../readmodel/reports/reports.ts';
import type { Call } from '../operation.ts';
import { type KeptRun, readKeptRun } from './kept-run.ts';
import { mustCover, refusal, rightsOf } from './reader-rights.ts';

/** The run that the call names and the record types in it. Throws 404 for a run of somebody else, and
 * 403 when rights have been lost since. */
export async function readableRun(call: Call): Promise<KeptRun & { types: readonly string[] }> {
  const run = await ownRun(call);
  const { meta, user } = run;
  const { grant, principal, role } = call;
  const report = findReport(meta.report);
  if (report === undefined) throw notFound();
  const types = typesOfRun(report, meta.parameters);
  mustCover(grant!, types);
  const rights = rightsOf(role, grant!.types);
  const elements = report.elements(meta.parameters);
  if (!meta.suppressed && mustSuppress(grant!.catalogue, elements, rights)) {
    throw refusal('role-not-permitted');
  }
  // A manager's figures are about the people of then; whoever leads others now, or sees fewer, does not
  // get them.
  const isOwn = user === principal.user;
  if (isOwn && role !== 'hr' && !isSameScope(call, run)) throw refusal('role-not-permitted');
  return { ...run, types };
}

/** The run of the call, if it is the caller's own or the caller is of the client's HR. */
export async function ownRun({ house, state, principal, role, input }: Call): Promise<KeptRun> {
  const run = await readKeptRun(house, state, uuidOf(input.params.run!));
  if (run.user !== principal.user && role !== 'hr') throw notFound();
  return run;
}

function isSameScope({ grant }: Call, { meta }: KeptRun): boolean {
  const { scope } = grant!;
  if (scope.kind === 'all') return true;
  return (
    meta.scope.kind === scope.kind &&
    'subject' in meta.scope &&
    meta.scope.subject === scope.subject
  );
}
