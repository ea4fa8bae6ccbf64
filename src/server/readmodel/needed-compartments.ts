/** Which compartments a call needs: pay is opened only when somebody who may see it asks for it. */
import type { Catalogue, Compartment } from '../../catalogue/catalogue.ts';
import { findElement } from '../../catalogue/find.ts';
import type { Call } from './messages.ts';
import { findReport } from './reports/reports.ts';

const ALWAYS_NEEDED: readonly Compartment[] = ['personnel', 'contact'];

export function compartmentsOf(catalogue: Catalogue, call: Call): readonly Compartment[] {
  if (call.kind === 'report' || call.kind === 'report-people') {
    const report = findReport(call.run.report);
    return report?.tables.includes('paying') ? [...ALWAYS_NEEDED, 'pay'] : ALWAYS_NEEDED;
  }
  if (call.kind !== 'list' && call.kind !== 'select') return ALWAYS_NEEDED;
  const { elements = [], filters = {}, sort, rights } = call.query;
  const named = [...elements, ...Object.keys(filters), ...(sort ? [sort.element] : [])];
  const needsPay = named.some((id) => {
    const type = findElement(catalogue, id)?.type;
    return type?.compartment === 'pay' && rights.types.includes(type.id);
  });
  return needsPay ? [...ALWAYS_NEEDED, 'pay'] : ALWAYS_NEEDED;
}
