/** Activity as CSV, page by page: of a million entries never more than a page is held. */
import type { ActivityItem } from '../../../contract/operations-activity.ts';
import type { PlacedEntry } from '../../ledger/read-entries.ts';
import type { ActivityFilter } from '../../readmodel/activity/activity-messages.ts';
import type { Call } from '../operation.ts';
import { csvLine } from '../reports/csv.ts';
import { activityItem, type Names } from './activity-item.ts';
import { findActivity } from './find-activity.ts';

/** Opening one takes milliseconds in which nothing else happens. */
const PAGE = 250;

const COLUMNS: readonly (readonly [string, (item: ActivityItem) => string | number | null])[] = [
  ['entry', (item) => item.entry],
  ['at', (item) => item.at],
  ['kind', (item) => item.kind],
  ['user', (item) => item.who.id],
  ['name', (item) => item.who.name],
  ['side', (item) => item.who.side],
  ['role', (item) => item.who.role],
  ['operation', (item) => item.op],
  ['did', (item) => item.did],
  ['purpose', (item) => item.purpose],
  ['instruction', (item) => item.instruction],
  ['record types', (item) => item.types.join(' ')],
  ['people', (item) => item.people],
  ['person', (item) => item.subject],
  ['rows', (item) => item.rows],
  ['changes', (item) => item.changes],
  ['outcome', (item) => item.outcome],
  ['reasons', (item) => item.reasons.join(' ')],
  ['place', (item) => item.place.kind],
  ['place id', (item) => item.place.id],
  ['authentication', (item) => item.authentication],
  ['via', (item) => item.via],
  ['fact', (item) => item.fact],
];

/** Lines of RFC 4180, header first; a cell that a spreadsheet would run gets an apostrophe. */
export async function* activityCsv(
  { house, state, signal }: Call,
  filter: ActivityFilter,
  before: number,
  names: (entries: readonly PlacedEntry[]) => Promise<Names>,
): AsyncGenerator<string> {
  yield csvLine(COLUMNS.map(([title]) => title));
  for (let next: number | null = before; next !== null; ) {
    const query = { filter, before: next, limit: PAGE };
    const page = await findActivity(house, state, query, signal);
    const known = await names(page.entries);
    const lines = page.entries.map((entry) => {
      const item = activityItem(entry, filter.subject ?? null, known);
      return csvLine(COLUMNS.map(([, cell]) => cell(item)));
    });
    yield lines.join('');
    next = page.before;
  }
}
