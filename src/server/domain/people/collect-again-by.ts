/** Until when an element is to be collected again, by the cadence of its procedure. */
import { cadencePeriod } from '../../../catalogue/cadence.ts';
import type { Element } from '../../../catalogue/catalogue.ts';
import type { RecordBody } from '../../vault/store.ts';
import { addDuration } from './add-duration.ts';

/** The day (`YYYY-MM-DD`); null where an event and not the calendar decides, and for what has ended. */
export function collectAgainBy(element: Element, body: RecordBody): string | null {
  const period = cadencePeriod(element.cadence);
  if (period === null || body.until !== null) return null;
  return addDuration(body.at.slice(0, 10), period);
}
