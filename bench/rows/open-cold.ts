/** From a fresh process to the first answer about a client's staff. */
import type { MeasureRows } from '../context.ts';
import { interleave, rowOf } from '../measure.ts';

export const openColdRows: MeasureRows = async ({ worksmartly, bare, size }) => {
  const own = worksmartly === null ? null : () => worksmartly.side.openCold(worksmartly.large);
  const figures = await interleave(size > 200_000 ? 1 : 2, own, () =>
    bare.side.openCold(bare.large),
  );
  const spec = {
    name: 'opening a client cold',
    size,
    unit: 'ms',
    better: 'lower',
    must: 4,
    aim: 1,
  } as const;
  return [rowOf(spec, figures)];
};
