/** Resident memory of WorkSmartly's server with the large client open. Bare has no such figure. */
import type { MeasureRows } from '../context.ts';
import { rowOf } from '../measure.ts';

export const memoryRows: MeasureRows = async ({ worksmartly, size }) => {
  const spec = { name: 'memory of the server', size, unit: 'MiB', better: 'lower' } as const;
  const held = worksmartly === null ? [] : [await worksmartly.side.residentMiB()];
  return [rowOf({ ...spec, must: null, aim: null }, { worksmartly: held, bare: [] })];
};
