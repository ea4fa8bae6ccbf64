/** Values with dates laid over effective-dated records: on every day what was in force stays in force,
 * with the moved values beside it. Pure. */
import type { RecordBody } from '../../../vault/store.ts';
import type { HeldBody, Moved } from './plan-records.ts';

interface Dated {
  readonly held: HeldBody | null;
  readonly body: RecordBody;
}

/** Dates are `YYYY-MM-DD`, half-open; these stand before and behind them all. */
const START = '';
const END = '\uffff';

/** The records of one type with `moved` in them; the first piece of a record stays that record. */
export function overlay<T extends Dated>(
  type: string,
  records: readonly T[],
  moved: readonly Moved[],
): Dated[] {
  let all: readonly Dated[] = records;
  for (const one of moved) all = layOver(type, all, one);
  return [...all];
}

function layOver(type: string, records: readonly Dated[], { values, of }: Moved): Dated[] {
  const [from, until] = [of.from ?? START, of.until ?? END];
  const result: Dated[] = [];
  let uncovered: [string, string][] = from < until ? [[from, until]] : [];
  for (const record of records) {
    const { body } = record;
    const [start, end] = [body.from ?? START, body.until ?? END];
    const [first, last] = [max(start, from), min(end, until)];
    if (first >= last) {
      result.push(record);
      continue;
    }
    const pieces: RecordBody[] = [];
    if (start < first) pieces.push(between(body, start, first));
    pieces.push({ ...between(body, first, last), e: { ...values, ...body.e } });
    if (last < end) pieces.push(between(body, last, end));
    for (const [i, piece] of pieces.entries()) {
      result.push({ held: i === 0 ? record.held : null, body: piece });
    }
    uncovered = uncovered.flatMap((gap) => without(gap, first, last));
  }
  for (const [start, end] of uncovered) {
    result.push({ held: null, body: { ...between(of, start, end), t: type, e: values } });
  }
  return result;
}

function between(body: RecordBody, from: string, until: string): RecordBody {
  return { ...body, from: from === START ? null : from, until: until === END ? null : until };
}

function without([start, end]: [string, string], from: string, until: string): [string, string][] {
  if (until <= start || end <= from) return [[start, end]];
  const left: [string, string][] = start < from ? [[start, from]] : [];
  const right: [string, string][] = until < end ? [[until, end]] : [];
  return [...left, ...right];
}

function max(a: string, b: string): string {
  return a > b ? a : b;
}

function min(a: string, b: string): string {
  return a < b ? a : b;
}
