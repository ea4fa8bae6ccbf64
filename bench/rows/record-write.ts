/** Correcting one element of one record: history kept, audited, committed. */
import { figures, measureBoth } from '../both.ts';
import { cycle, type MeasureRows, type Runner } from '../context.ts';
import { openConnection } from '../load/http-connection.ts';
import { requestBytes } from '../load/request.ts';
import { quantile } from '../load/run-load.ts';
import { rowOf } from '../measure.ts';
import { readRequests } from './requests.ts';

const people = 300;

/** The pay of 300 people, another one each time round. */
export const recordWriteRows: MeasureRows = async (context) => {
  const bare = await correctionRequests(context.bare);
  const own = context.worksmartly === null ? [] : await correctionRequests(context.worksmartly);
  const results = await measureBoth(context, 'write, 1 connection', (runner) => ({
    connections: 1,
    next: cycle(runner === context.bare ? bare : own),
  }));
  const spec = { size: context.size, unit: 'ms', better: 'lower' } as const;
  return [
    rowOf(
      {
        ...spec,
        name: 'record write (correct one element), 1 connection, p50',
        must: 1.6,
        aim: 1.2,
      },
      figures(results, (round) => quantile(round.latencies, 0.5)),
    ),
  ];
};

interface PersonFile {
  id: string;
  types: { id: string; records: { id: string }[] }[];
}

async function correctionRequests({ side, large }: Runner): Promise<Buffer[]> {
  const connection = await openConnection(side.port);
  const files: PersonFile[] = [];
  for (const request of readRequests(large, people)) {
    const { body } = await connection.send(request);
    files.push(JSON.parse(body.toString('utf8')) as PersonFile);
  }
  connection.close();
  return ['51250', '52480.5', '53999.75'].flatMap((amount) =>
    files.flatMap((file) => {
      const record = file.types.find((type) => type.id === 'pay')?.records[0];
      if (record === undefined) return [];
      return requestBytes({
        method: 'PATCH',
        path: `/api/v1/clients/${large.id}/staff/${file.id}/records/pay/${record.id}`,
        token: large.token,
        body: JSON.stringify({ values: { base: { amount, currency: 'USD' } } }),
      });
    }),
  );
}
