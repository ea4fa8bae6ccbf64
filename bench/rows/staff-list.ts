/**
 * The staff list of the large client: a fixed mix of terms, sorted, 50 rows. PostgreSQL's plan
 * depends on the term, so both ways of writing bare's SQL are measured, and for each figure the
 * better one counts.
 */
import type { BenchContext, MeasureRows, Runner } from '../context.ts';
import { requestBytes } from '../load/request.ts';
import { type LoadResult, quantile, runLoad } from '../load/run-load.ts';
import { interleave, rowOf } from '../measure.ts';

/** Published: none; two letters; common; selective; absent. */
export const listTerms = [
  ['none', ''],
  ['two letters', 'an'],
  ['two letters', 'el'],
  ['two letters', 'ko'],
  ['common', 'mar'],
  ['common', 'berg'],
  ['common', 'ana'],
  ['common', 'field'],
  ['common', 'ford'],
  ['selective', 'undershaw'],
  ['selective', 'falkenström'],
  ['selective', 'krishnan'],
  ['selective', 'zulema'],
  ['absent', 'qzx'],
  ['absent', 'xyzzy'],
] as const;

const timesEach = 8;
type Variant = 'plain' | 'materialized';

export const staffListRows: MeasureRows = async (context) => {
  const { worksmartly, bare } = context;
  const variants = ['plain', 'materialized'] as const;
  const results: Record<Variant, { worksmartly: LoadResult[]; bare: LoadResult[] }> = {
    plain: { worksmartly: [], bare: [] },
    materialized: { worksmartly: [], bare: [] },
  };
  for (const variant of variants) {
    if (worksmartly !== null) await round(worksmartly, variant);
    await round(bare, variant);
  }
  for (let count = 0; count < Math.min(3, context.rounds); count++) {
    for (const variant of variants) {
      const own = worksmartly === null ? null : () => round(worksmartly, variant);
      const once = await interleave(1, own, () => round(bare, variant));
      results[variant].worksmartly.push(...once.worksmartly);
      results[variant].bare.push(...once.bare);
    }
  }
  await noteTerms(context);
  return [0.5, 0.95].map((share) => {
    const figures = variants.map((variant) => ({
      variant,
      worksmartly: results[variant].worksmartly.map((round) => quantile(round.latencies, share)),
      bare: results[variant].bare.map((round) => quantile(round.latencies, share)),
    }));
    const rows = figures.map((rounds) => rowOf(specOf(context.size, share), rounds));
    const better = (rows[0]?.bare ?? 0) <= (rows[1]?.bare ?? 0) ? 0 : 1;
    const name = `p${share * 100}`;
    context.note(
      `list ${name} of bare: plain SQL ${rows[0]?.bare?.toFixed(1)} ms, materialised ${rows[1]?.bare?.toFixed(1)} ms; the better one counts`,
    );
    return rows[better] as (typeof rows)[number];
  });
};

function specOf(size: number, share: number) {
  const name = `staff list, fixed mix of terms, sorted, 50 rows, p${share * 100}`;
  return { name, size, unit: 'ms', better: 'lower', must: 0.7, aim: 0.2 } as const;
}

/** Every term `timesEach` times, one term after the other and over again. */
function round(runner: Runner, variant: Variant): Promise<LoadResult> {
  let at = 0;
  const requests = listTerms.map(([, term]) => listRequest(runner, term, variant));
  return runLoad({
    port: runner.side.port,
    connections: 1,
    secondsMax: 60,
    requestsMax: requests.length * timesEach,
    next: () => requests[at++ % requests.length] as Buffer,
  });
}

function listRequest({ side, large }: Runner, q: string, variant: Variant): Buffer {
  const search = { ...(q === '' ? {} : { q }), sort: 'person.lastName', limit: 50 };
  const mark = side.name === 'bare' ? `?variant=${variant}` : '';
  return requestBytes({
    method: 'POST',
    path: `/api/v1/clients/${large.id}/staff/search${mark}`,
    token: large.token,
    body: JSON.stringify(search),
  });
}

/** Median per term, for the notes. */
async function noteTerms(context: BenchContext): Promise<void> {
  const { worksmartly, bare } = context;
  const sides = worksmartly === null ? [bare] : [worksmartly, bare];
  const parts: string[] = [];
  for (const [, term] of listTerms) {
    const medians: string[] = [];
    for (const runner of sides) {
      const variants =
        runner === bare ? (['plain', 'materialized'] as const) : (['plain'] as const);
      for (const variant of variants) {
        const request = listRequest(runner, term, variant);
        const { latencies } = await runLoad({
          port: runner.side.port,
          connections: 1,
          secondsMax: 10,
          requestsMax: 5,
          next: () => request,
        });
        medians.push(quantile(latencies, 0.5).toFixed(1));
      }
    }
    parts.push(`"${term}" ${medians.join('/')}`);
  }
  const order = worksmartly === null ? 'plain/materialised' : 'WorkSmartly/plain/materialised';
  context.note(`list, median ms per term (${order}): ${parts.join(', ')}`);
}
