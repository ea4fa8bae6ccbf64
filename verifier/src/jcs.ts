// RFC 8785, the JSON Canonicalization Scheme: one text for one value, so that two parties hash the same bytes.

/** Deeper values than this are refused, so that a hostile file cannot exhaust the stack. */
const JCS_DEPTH_MAX = 256;

/**
 * The RFC 8785 text of a JSON value. Object keys are sorted by UTF-16 code units, numbers are written as ECMAScript does.
 * Throws TypeError on undefined, functions, bigints, non-finite numbers, lone surrogates, objects that are not plain,
 * and with `integersOnly` on every number that is not a safe integer (-0 included).
 */
export function jcs(value: unknown, options: { integersOnly?: boolean } = {}): string {
  return write(value, options.integersOnly === true, 0);
}

function write(value: unknown, integersOnly: boolean, depth: number): string {
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'number') return writeNumber(value, integersOnly);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') throw new TypeError(`jcs: ${typeof value} has no JSON form`);
  if (depth >= JCS_DEPTH_MAX) throw new TypeError('jcs: nested too deep');
  if (Array.isArray(value)) {
    // Array.from reads holes as undefined, which are then refused; map would skip them.
    return `[${Array.from(value, (item) => write(item, integersOnly, depth + 1)).join(',')}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('jcs: only plain objects have a JSON form');
  }
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members).sort();
  const written = keys.map(
    (key) => `${writeString(key)}:${write(members[key], integersOnly, depth + 1)}`,
  );
  return `{${written.join(',')}}`;
}

function writeString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('jcs: lone surrogate');
  return JSON.stringify(value);
}

function writeNumber(value: number, integersOnly: boolean): string {
  if (!Number.isFinite(value)) throw new TypeError('jcs: number is not finite');
  if (integersOnly && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    throw new TypeError('jcs: number is not an integer');
  }
  return JSON.stringify(value);
}
