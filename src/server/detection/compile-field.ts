/** One line of a selection, `field|modifier|…: value or values`, as a predicate. Texts are compared
 * without regard to case unless `cased` or `re` says otherwise. */
import { BlockList, isIP } from 'node:net';
import { RE2JS } from 're2js';
import { ENCODINGS, encodeValue } from './encode-value.ts';
import { type DetectedEvent, type Scalar, valuesOf } from './event.ts';
import type { Predicate } from './rule.ts';
import { matchesWildcards, parseWildcards } from './wildcard.ts';

export class FieldError extends Error {}

const COMPARISONS = ['lt', 'lte', 'gt', 'gte'] as const;
const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
const SHAPES = ['contains', 'startswith', 'endswith'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...COMPARISONS,
  ...TIME_PARTS,
  ...SHAPES,
  ...ENCODINGS,
  'all',
  'exists',
  'cased',
  'neq',
  're',
  'i',
  'm',
  's',
  'cidr',
  'fieldref',
]);

type Test = (value: Scalar, event: DetectedEvent) => boolean;

/** Throws FieldError, in words, for a modifier that is not known or a value that it cannot have. */
export function compileField(key: string, given: unknown): Predicate {
  const [field = '', ...modifiers] = key.split('|');
  for (const modifier of modifiers) {
    if (!KNOWN.has(modifier))
      throw new FieldError(`has the modifier "${modifier}", which is not known`);
  }
  const has = (modifier: string) => modifiers.includes(modifier);
  const values = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw new FieldError('has no value');
  const positive = has('exists')
    ? existence(field, values)
    : anyOrAll(
        values.map((value) => compileValue(field, modifiers, value)),
        has('all'),
      );
  return has('neq') ? (event) => !positive(event) : positive;
}

function anyOrAll(tests: readonly Predicate[], all: boolean): Predicate {
  return all
    ? (event) => tests.every((test) => test(event))
    : (event) => tests.some((test) => test(event));
}

function existence(field: string, values: readonly unknown[]): Predicate {
  const [wanted] = values;
  if (values.length !== 1 || typeof wanted !== 'boolean') {
    throw new FieldError('needs true or false after exists');
  }
  return (event) => valuesOf(event, field).length > 0 === wanted;
}

function compileValue(field: string, modifiers: readonly string[], value: unknown): Predicate {
  if (value === null) return (event) => valuesOf(event, field).length === 0;
  const part = TIME_PARTS.find((name) => modifiers.includes(name));
  const test = compileTest(modifiers, value);
  return (event) => {
    for (const found of valuesOf(event, field)) {
      const compared = part ? partOf(found, part) : found;
      if (compared !== null && test(compared, event)) return true;
    }
    return false;
  };
}

function compileTest(modifiers: readonly string[], value: unknown): Test {
  const comparison = COMPARISONS.find((name) => modifiers.includes(name));
  if (comparison) return compare(comparison, value);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new FieldError('has a value that is no text, number, true, false or null');
  }
  const text = String(value);
  if (modifiers.includes('re')) return expression(text, modifiers);
  if (modifiers.includes('cidr')) return network(text);
  if (modifiers.includes('fieldref')) return reference(text, modifiers);
  if (typeof value === 'number' && !modifiers.some((name) => SHAPES.includes(name as 'contains'))) {
    return (found) => Number(found) === value && found !== '';
  }
  const tests = texts(text, modifiers);
  return (found) => tests.some((test) => test(String(found)));
}

function texts(value: string, modifiers: readonly string[]): ((found: string) => boolean)[] {
  const fold = modifiers.includes('cased') ? (text: string) => text : lower;
  const encodings = modifiers.filter((name) => ENCODINGS.has(name));
  const isOffset = encodings.includes('base64offset');
  const before = modifiers.includes('contains') || modifiers.includes('endswith') || isOffset;
  const after = modifiers.includes('contains') || modifiers.includes('startswith') || isOffset;
  const sought = encodings.length > 0 ? encodeValue(value, encodings).map(escaped) : [value];
  return sought.map((text) => {
    const wildcards = parseWildcards(fold(`${before ? '*' : ''}${text}${after ? '*' : ''}`));
    return (found: string) => matchesWildcards(wildcards, fold(found));
  });
}

function compare(how: (typeof COMPARISONS)[number], value: unknown): Test {
  if (typeof value !== 'number') throw new FieldError(`needs a number after ${how}`);
  return (found) => {
    const number = typeof found === 'boolean' || found === '' ? Number.NaN : Number(found);
    if (how === 'lt') return number < value;
    if (how === 'lte') return number <= value;
    return how === 'gt' ? number > value : number >= value;
  };
}

/** RE2: no back references, and time that grows with the length only. */
function expression(text: string, modifiers: readonly string[]): Test {
  let flags = 0;
  if (modifiers.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (modifiers.includes('m')) flags |= RE2JS.MULTILINE;
  if (modifiers.includes('s')) flags |= RE2JS.DOTALL;
  try {
    const compiled = RE2JS.compile(text, flags);
    return (found) => compiled.matcher(String(found)).find();
  } catch {
    throw new FieldError('has a regular expression that RE2 does not know');
  }
}

function network(text: string): Test {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  const list = new BlockList();
  const size = /^\d+$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || size < 0 || size > (family === 4 ? 32 : 128)) {
    throw new FieldError('has a network that is none, such as 10.0.0.0/8');
  }
  list.addSubnet(address, size, family === 4 ? 'ipv4' : 'ipv6');
  return (found) => {
    const is = isIP(String(found));
    return is !== 0 && list.check(String(found), is === 4 ? 'ipv4' : 'ipv6');
  };
}

function reference(other: string, modifiers: readonly string[]): Test {
  const fold = modifiers.includes('cased') ? (text: string) => text : lower;
  const is = (found: string, sought: string) => {
    if (modifiers.includes('contains')) return found.includes(sought);
    if (modifiers.includes('startswith')) return found.startsWith(sought);
    return modifiers.includes('endswith') ? found.endsWith(sought) : found === sought;
  };
  return (found, event) =>
    valuesOf(event, other).some((sought) => is(fold(String(found)), fold(String(sought))));
}

/** In UTC. */
function partOf(value: Scalar, part: (typeof TIME_PARTS)[number]): number | null {
  const at = new Date(typeof value === 'number' ? value : String(value));
  if (Number.isNaN(at.getTime())) return null;
  switch (part) {
    case 'minute':
      return at.getUTCMinutes();
    case 'hour':
      return at.getUTCHours();
    case 'day':
      return at.getUTCDate();
    case 'week':
      return Temporal.Instant.from(at.toISOString()).toZonedDateTimeISO('UTC').weekOfYear ?? null;
    case 'month':
      return at.getUTCMonth() + 1;
    case 'year':
      return at.getUTCFullYear();
  }
}

function escaped(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&');
}

function lower(text: string): string {
  return text.toLowerCase();
}
