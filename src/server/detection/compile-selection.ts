/** A search identifier as a predicate: a map (all lines), a list of maps (any of them), or keywords, which
 * may stand in any field. */
import { compileField, FieldError } from './compile-field.ts';
import type { DetectedEvent } from './event.ts';
import type { Predicate } from './rule.ts';

/** Throws FieldError, in words. */
export function compileSelection(given: unknown): Predicate {
  if (Array.isArray(given)) {
    if (given.length === 0) throw new FieldError('is an empty list');
    const tests = given.map((item) => (isMap(item) ? compileMap(item) : compileKeyword(item, [])));
    return (event) => tests.some((test) => test(event));
  }
  if (isMap(given)) return compileMap(given);
  throw new FieldError('is neither a map nor a list');
}

function compileMap(map: Readonly<Record<string, unknown>>): Predicate {
  const lines = Object.entries(map);
  if (lines.length === 0) throw new FieldError('is empty');
  const tests = lines.map(([key, value]) => {
    // Keywords with modifiers: `'|all': […]`.
    if (key.startsWith('|')) return compileKeywords(key.slice(1).split('|'), value);
    try {
      return compileField(key, value);
    } catch (error) {
      if (error instanceof FieldError) throw new FieldError(`${key} ${error.message}`);
      throw error;
    }
  });
  return (event) => tests.every((test) => test(event));
}

function compileKeywords(modifiers: readonly string[], value: unknown): Predicate {
  const rest = modifiers.filter((name) => name !== 'all');
  const tests = (Array.isArray(value) ? value : [value]).map((word) => compileKeyword(word, rest));
  if (tests.length === 0) throw new FieldError('has no keyword');
  return modifiers.includes('all')
    ? (event) => tests.every((test) => test(event))
    : (event) => tests.some((test) => test(event));
}

function compileKeyword(word: unknown, modifiers: readonly string[]): Predicate {
  if (typeof word !== 'string' && typeof word !== 'number') {
    throw new FieldError('has a keyword that is no text and no number');
  }
  const how = modifiers.length > 0 ? modifiers : ['contains'];
  const test = compileField(['keyword', ...how].join('|'), String(word));
  return (event) => {
    for (const value of event.fields.values()) {
      if (value === null) continue;
      const alone: DetectedEvent = { ...event, fields: new Map([['keyword', value]]) };
      if (test(alone)) return true;
    }
    return false;
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
