/** Invents people for canaries: names of nobody, with jobs as their colleagues have them. They report to
 * nobody and nobody to them, so that no manager finds a stranger in the team. */
import { randomInt } from 'node:crypto';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { findType } from '../../../catalogue/find.ts';
import { Refusal } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';
import { changeValues } from '../people/check-values.ts';
import { addressLike, freeNumbers, type Sample, someone } from './likeness.ts';

export interface InventedPerson {
  readonly staffNumber: string;
  readonly bodies: readonly RecordBody[];
}

export const CANARY_TYPES = ['person', 'employment', 'job', 'contact', 'pay'];

const YEAR_MS = 31_557_600_000;
const FIRST =
  'Adela Bram Celine Dario Elke Fabian Greta Hakim Imara Jonas Katya Lionel Mirela Nils Odette Pavel Renata Silas Talia Viktor Wanda Yusuf Zelda Anselm';
const LAST =
  'Abernethy Bellwether Castellan Dunmore Ekström Farraday Goldsworthy Hathersage Ivanek Jessop Kestrel Lindqvist Marchetti Northam Okafor Penhallow Quintero Rosendahl Sedgewick Thackeray Umbridge Valdez Winterbourne Yarrow';

/** As many people of these record types, all that a client's procedures demand filled in. */
export function inventPeople(
  catalogue: Catalogue,
  types: ReadonlySet<string>,
  sample: readonly Sample[],
  count: number,
  made: { readonly at: number; readonly by: string },
): InventedPerson[] {
  const numbers = freeNumbers(sample, count);
  const names = shuffled(LAST.split(' '));
  const firsts = shuffled(FIRST.split(' '));
  return numbers.map((staffNumber, i) => {
    const values = valuesOf(sample, staffNumber, firsts[i]!, names[i]!, made.at);
    const bodies = CANARY_TYPES.flatMap((type) =>
      types.has(type) ? bodyOf(catalogue, type, values.of[type]!, values.hired, made) : [],
    );
    return { staffNumber, bodies };
  });
}

function valuesOf(
  sample: readonly Sample[],
  staffNumber: string,
  firstName: string,
  lastName: string,
  at: number,
) {
  const like = someone(sample)?.values ?? {};
  const hired = String(like['employment.hireDate'] ?? dayBefore(at, 1, 11));
  const ofLike = (prefix: string) =>
    Object.fromEntries(
      Object.entries(like).flatMap(([id, value]) =>
        id.startsWith(`${prefix}.`) && value !== null ? [[id.slice(prefix.length + 1), value]] : [],
      ),
    );
  const of: Record<string, Record<string, unknown>> = {
    person: { firstName, lastName, dateOfBirth: dayBefore(Date.parse(hired), 21, 48) },
    employment: { ...ofLike('employment'), staffNumber, hireDate: hired, status: 'active' },
    job: ofLike('job'),
    contact: { workEmail: addressLike(sample, firstName, lastName) },
    pay: { base: { amount: `${randomInt(410, 930)}00.00`, currency: 'USD' }, basis: 'annual' },
  };
  return { hired, of };
}

/** None where nothing is known, or where the client's procedures want something else. */
function bodyOf(
  catalogue: Catalogue,
  id: string,
  given: Record<string, unknown>,
  hired: string,
  { at, by }: { readonly at: number; readonly by: string },
): RecordBody[] {
  const type = findType(catalogue, id)!;
  const held = new Set(type.elements.map((element) => element.id));
  const values = Object.fromEntries(
    Object.entries(given).filter(([element, value]) => held.has(element) && value !== null),
  );
  if (Object.keys(values).length === 0) return [];
  try {
    const e = changeValues(catalogue, type, {}, values);
    const from = type.cardinality === 'effective' ? hired : null;
    return [{ t: id, e, from, until: null, at: new Date(at).toISOString(), by, via: null }];
  } catch (error) {
    const isNeeded = id === 'person' || id === 'employment';
    if (!(error instanceof Refusal) || isNeeded) throw error;
    return [];
  }
}

function dayBefore(at: number, yearsMin: number, yearsMax: number): string {
  const days = randomInt(yearsMin * 365, yearsMax * 365);
  return new Date(at - (days / 365) * YEAR_MS).toISOString().slice(0, 10);
}

function shuffled<T>(list: readonly T[]): T[] {
  const left = [...list];
  for (let i = left.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left;
}
