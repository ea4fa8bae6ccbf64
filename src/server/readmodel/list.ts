/** One page of a staff list. Everything a query names is looked up in what is held; R4 and what is
 * outside the reader's rights is as if it did not exist. */
import {
  type Bitmap,
  countBits,
  forEachBit,
  hasBit,
  intersect,
  newBitmap,
  setBit,
} from './bitmap.ts';
import { type CodeColumn, type Value, valueAt } from './column.ts';
import { dayOf, isDate } from './day.ts';
import { fold } from './fold.ts';
import type { ListAnswer, ListItem, ListQuery, Rights, SelectAnswer } from './messages.ts';
import { ModelError } from './model-error.ts';
import type { Place, View } from './view.ts';

/** What `q` looks into, as far as the reader may see it. */
export const SEARCHED = [
  'person.firstName',
  'person.middleName',
  'person.lastName',
  'person.preferredName',
  'employment.staffNumber',
  'job.title',
  'job.department',
  'job.departmentName',
  'contact.workEmail',
];

/** What an item shows when the query does not say. */
const SHOWN = [
  'person.firstName',
  'person.lastName',
  'person.preferredName',
  'employment.staffNumber',
  'employment.status',
  'employment.hireDate',
  'job.title',
  'job.department',
  'job.location',
  'contact.workEmail',
];

const STAFF_NUMBER = 'employment.staffNumber';
const LIMIT_MAX = 200;

/** `people` are those in the reader's scope, a bitmap that may be changed. */
export function listPeople(
  view: View,
  query: ListQuery,
  people: Bitmap,
): Omit<ListAnswer, 'dataVersion'> {
  const { rights, limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new ModelError('bad-query', `limit must be from 1 to ${LIMIT_MAX}`, { at: 'limit' });
  }
  const shown = query.elements
    ? query.elements.map((id) => listedPlace(view, id, rights))
    : SHOWN.flatMap((id) => placeIfListed(view, id, rights) ?? []);
  if (query.sort) listedPlace(view, query.sort.element, rights);
  keepMatching(view, query, people);
  const total = countBits(people);
  const { page, next } = walk(view, query, people, total);
  const number = placeIfListed(view, STAFF_NUMBER, rights);
  const items = page.map(
    (person): ListItem => ({
      subject: view.data.people.uuidAt(person),
      staffNumber: number ? (valueIn(number, person) as string | null) : null,
      values: Object.fromEntries(shown.map((place) => [place.held.id, valueIn(place, person)])),
    }),
  );
  return { items, total, next };
}

/** Keeps of `people` those whom the query is about. */
function keepMatching(
  view: View,
  { rights, filters = {}, q = '' }: ListQuery,
  people: Bitmap,
): void {
  intersect(people, view.present);
  for (const [id, value] of Object.entries(filters)) {
    intersect(people, havingValue(view, listedPlace(view, id, rights), value));
  }
  for (const word of wordsOf(q)) intersect(people, searchedIndex(view, rights).find(word));
}

/** Everybody whom the query is about, with the staff number: nobody when there are more than `max`. */
export function selectPeople(
  view: View,
  query: ListQuery,
  people: Bitmap,
  max: number,
): Omit<SelectAnswer, 'dataVersion'> {
  keepMatching(view, query, people);
  const total = countBits(people);
  const selected: SelectAnswer['people'][number][] = [];
  const number = placeIfListed(view, STAFF_NUMBER, query.rights);
  if (total <= max) {
    forEachBit(people, (person) => {
      const staffNumber = number ? (valueIn(number, person) as string | null) : null;
      selected.push({ subject: view.data.people.uuidAt(person), staffNumber });
    });
  }
  return { total, people: selected };
}

/** The elements that a reader with these rights may see, filter and sort by. */
function isListed(place: Place, rights: Rights): boolean {
  const { id, element, isListed } = place.held;
  const type = id.slice(0, id.indexOf('.'));
  return (
    isListed &&
    element.sensitivity !== 'R4' &&
    rights.types.includes(type) &&
    rights.sensitivities.includes(element.sensitivity)
  );
}

function placeIfListed(view: View, id: string, rights: Rights): Place | undefined {
  const place = view.placeOf(id);
  return place && isListed(place, rights) ? place : undefined;
}

function listedPlace(view: View, id: string, rights: Rights): Place {
  const place = placeIfListed(view, id, rights);
  if (!place)
    throw new ModelError('unknown-element', 'no such element in this list', { element: id });
  return place;
}

function searchedIndex(view: View, rights: Rights) {
  return view.indexOver(SEARCHED.filter((id) => placeIfListed(view, id, rights)));
}

/** Folded words; a comma as in `Last, First` belongs to none. */
function wordsOf(q: string): string[] {
  return fold(q)
    .split(/[\s,]+/u)
    .filter((word) => word !== '');
}

function walk(view: View, { sort, limit, after }: ListQuery, people: Bitmap, total: number) {
  const page: number[] = [];
  if (total === 0) return { page, next: null };
  const order = sort ? view.orderBy(sort.element) : view.orderByName();
  const step = sort?.descending ? -1 : 1;
  let at = step === 1 ? 0 : order.length - 1;
  let skip = 0;
  if (after) {
    const last = personOf(view, after.subject);
    const found = last === -1 ? -1 : order.indexOf(last);
    if (found !== -1) at = found + step;
    else skip = after.offset;
  }
  for (; at >= 0 && at < order.length; at += step) {
    const person = order[at]!;
    if (!hasBit(people, person)) continue;
    if (skip > 0) skip--;
    else if (page.length < limit) page.push(person);
    else {
      const subject = view.data.people.uuidAt(page.at(-1)!);
      return { page, next: { subject, offset: (after?.offset ?? 0) + limit } };
    }
  }
  return { page, next: null };
}

/** Keeps only these (bare uuids) of `people`; throws `unknown-subject` unless all are among them. */
export function keepOnly(view: View, subjects: readonly string[], people: Bitmap): void {
  const wanted = newBitmap(view.capacity);
  for (const subject of subjects) {
    const person = personOf(view, subject);
    if (person === -1 || !hasBit(people, person)) {
      throw new ModelError('unknown-subject', 'nobody whom this reader sees');
    }
    setBit(wanted, person);
  }
  intersect(people, wanted);
}

/** The number of a person by uuid, -1 for nobody. */
export function personOf(view: View, subject: string): number {
  const bytes = Buffer.from(subject.replaceAll('-', ''), 'hex');
  return bytes.length === 16 ? view.data.people.find(bytes, 0) : -1;
}

function valueIn({ column, rows, held }: Place, person: number): Value | null {
  const row = rows[person]!;
  return row === -1 ? null : valueAt(column, held.element, row);
}

/** Everybody whose element has the value. */
function havingValue(view: View, place: Place, text: string): Bitmap {
  const { column, rows, held } = place;
  const people = view.data.people.size;
  const found = newBitmap(view.capacity);
  const keep = (isWanted: (row: number) => boolean) => {
    for (let person = 0; person < people; person++) {
      const row = rows[person]!;
      if (row !== -1 && isWanted(row)) setBit(found, person);
    }
  };
  switch (column.kind) {
    case 'code': {
      const codes = codesOf(
        column,
        text,
        held.element.type === 'text' || held.element.type === 'identifier',
      );
      if (codes.size === 1) {
        const [code] = codes;
        keep((row) => column.codes[row] === code);
      } else if (codes.size > 1) keep((row) => codes.has(column.codes[row]!));
      break;
    }
    case 'day': {
      if (!isDate(text)) throw badValue(held.id);
      const day = dayOf(text);
      keep((row) => column.days[row] === day);
      break;
    }
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || Number.isNaN(number)) throw badValue(held.id);
      keep((row) => column.numbers[row] === number);
      break;
    }
    case 'text':
      if (held.element.type === 'money') keep((row) => isAmount(column.texts[row] ?? null, text));
      else {
        const folded = view.foldedOf(held.id);
        const wanted = fold(text);
        for (let person = 0; person < people; person++) {
          if (folded[person] === wanted) setBit(found, person);
        }
      }
  }
  return found;
}

function codesOf(column: CodeColumn, text: string, isText: boolean): Set<number> {
  const wanted = fold(text);
  const codes = new Set<number>();
  for (let code = 1; code < column.words.length; code++) {
    const word = column.words[code]!;
    if (word === text || (isText && fold(word) === wanted)) codes.add(code);
  }
  return codes;
}

/** An amount, with or without its currency: `52000`, `USD 52000.00`. */
function isAmount(held: string | null, text: string): boolean {
  if (held === null) return false;
  const [, currency, amount] = /^(?:([A-Z]{3}) )?(-?\d+(?:\.\d{1,4})?)$/u.exec(text) ?? [];
  if (amount === undefined || (currency && !held.startsWith(currency))) return false;
  return Number(held.slice(4)) === Number(amount);
}

function badValue(element: string): ModelError {
  return new ModelError('bad-query', 'not a value of this element', { at: element });
}
