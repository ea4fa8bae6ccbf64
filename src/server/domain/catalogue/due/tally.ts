/** How up to date each element is, counted person by person: nothing is kept of a person but what is
 * added to the counts. Pure. */
import { cadencePeriod } from '../../../../catalogue/cadence.ts';
import type { Catalogue, RecordType } from '../../../../catalogue/catalogue.ts';
import type { RecordBody } from '../../../vault/store.ts';
import { addDuration } from '../../people/add-duration.ts';

export interface DueCount {
  /** `<type>.<element>`. */
  readonly element: string;
  current: number;
  /** Within 30 days. */
  dueSoon: number;
  overdue: number;
  /** People without any value of an element that a record must have; null for other elements. */
  never: number | null;
}

export interface Tally {
  people: number;
  readonly counts: readonly DueCount[];
}

interface Counted {
  readonly name: string;
  readonly period: string | null;
  readonly count: DueCount;
}

const SOON = 'P30D';

/** Counts for the record types about people among `types`, as of the day `on` (`YYYY-MM-DD`). */
export function openTally(catalogue: Catalogue, types: ReadonlySet<string>, on: string) {
  const soon = addDuration(on, SOON);
  const counted = new Map<string, Counted[]>();
  const counts: DueCount[] = [];
  for (const type of catalogue.types) {
    if (type.about !== 'subject' || !types.has(type.id)) continue;
    const elements = type.elements.map((element): Counted => {
      const count: DueCount = {
        element: `${type.id}.${element.id}`,
        current: 0,
        dueSoon: 0,
        overdue: 0,
        never: element.required && isOwedByAll(type) ? 0 : null,
      };
      counts.push(count);
      return { name: element.id, period: cadencePeriod(element.cadence), count };
    });
    counted.set(type.id, elements);
  }
  const tally: Tally = { people: 0, counts };

  /** One person's current records; who is not employed on the day is not counted. */
  function add(records: readonly RecordBody[]): void {
    const isPast = records.some(
      ({ t, e }) => t === 'employment' && e.terminationDate && (e.terminationDate as string) <= on,
    );
    if (isPast) return;
    tally.people++;
    for (const [type, elements] of counted) {
      const own = records.filter((record) => record.t === type && isInForce(record, on));
      for (const { name, period, count } of elements) {
        let latest = '';
        for (const { e, at } of own) if (e[name] !== undefined && at > latest) latest = at;
        if (latest === '') {
          if (count.never !== null) count.never++;
        } else if (period === null) count.current++;
        else {
          const due = addDuration(latest.slice(0, 10), period);
          if (due <= on) count.overdue++;
          else if (due <= soon) count.dueSoon++;
          else count.current++;
        }
      }
    }
  }
  return { tally, add };
}

/** Nobody owes a training or an absence: records of which there may be many come with events. */
function isOwedByAll({ cardinality }: RecordType): boolean {
  return cardinality !== 'many';
}

function isInForce({ from, until }: RecordBody, on: string): boolean {
  return (from === null || from <= on) && (until === null || until > on);
}
