// The spellings that a ledger may hold: ids, times, digests and names. Anything else is refused, so that no free text gets in.

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HEX256 = /^[0-9a-f]{64}$/;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;
const TYPE = /^[a-z][A-Za-z0-9-]{0,63}$/;
const OPERATION = /^[a-z][A-Za-z0-9-]*(?:\.[a-z][A-Za-z0-9-]*)*$/;
const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const SYSTEM_ACTOR = /^sys:[a-z][a-z0-9.-]{0,63}$/;
const SALT = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const COUNTRY = /^[A-Z]{2}$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const CLOCK = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/;
const BASE64 = /^[A-Za-z0-9+/]{2,20000}={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]{2,20000}$/;
const ORIGIN = /^https?:\/\/[a-z0-9.-]{1,253}(?::[0-9]{1,5})?$/;
const ANY_ID = new RegExp(
  `^(?:cli|sub|usr|per|rec|imp|ins|asg|nda|agr|ntc|tok|ses|run|job|doc|prc|sch|off|hrs|exc|sus|rev|alr|clk|pky|txt|ers|inv)_${UUID}$`,
);
const PREFIXED = new Map<string, RegExp>();

/** Month lengths; February is the longest it can be, isTime narrows it. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `<prefix>_<canonical lowercase uuid>`, e.g. isId('sub', …). */
export function isId(prefix: string, value: unknown): value is string {
  let pattern = PREFIXED.get(prefix);
  if (pattern === undefined) {
    pattern = new RegExp(`^${prefix}_${UUID}$`);
    PREFIXED.set(prefix, pattern);
  }
  return typeof value === 'string' && pattern.test(value);
}

/** An id with any prefix of WorkSmartly. */
export const isAnyId = matching(ANY_ID);

/** `sha256:` and 64 lowercase hex digits. */
export const isDigest = matching(DIGEST);

/** 64 lowercase hex digits. */
export const isHex256 = matching(HEX256);

export const isPurpose = matching(PURPOSE);
export const isRecordType = matching(TYPE);
export const isOperation = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 100 && OPERATION.test(value);

/** A policy, rule, reason, place, team or document version: one word, no spaces. */
export const isToken = matching(TOKEN);
const isSystemActor = matching(SYSTEM_ACTOR);
export const isActor = (value: unknown): value is string =>
  isId('usr', value) || isSystemActor(value);

/** ISO 3166-1 alpha-2, as far as its form goes. */
export const isCountry = matching(COUNTRY);

/** `HH:MM`, to 24:00. */
export const isClock = matching(CLOCK);

/** `YYYY-MM-DD`, a day of the calendar. */
export const isDate = (value: unknown): value is string =>
  typeof value === 'string' && DATE.test(value) && isTime(`${value}T00:00:00.000Z`);

export const isBase64 = matching(BASE64);
export const isBase64url = matching(BASE64URL);

/** The origin of a web page. */
export const isOrigin = matching(ORIGIN);

/** 16 bytes in canonical base64. */
export const isSalt = matching(SALT);

/** A UTC instant as `YYYY-MM-DDTHH:MM:SS.mmmZ` that exists in the calendar; such texts order as their instants do. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (!TIME.test(value)) return false;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  const [month, day] = [twoDigits(value, 5), twoDigits(value, 8)];
  const [hour, minute, second] = [twoDigits(value, 11), twoDigits(value, 14), twoDigits(value, 17)];
  if (hour > 23 || minute > 59 || second > 59 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && !isLeap ? 28 : (DAYS[month - 1] ?? 0));
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

function matching(pattern: RegExp): (value: unknown) => value is string {
  return (value): value is string => typeof value === 'string' && pattern.test(value);
}
