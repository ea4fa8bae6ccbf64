// The fast path: recognises the common access entry from its bytes alone, without parsing JSON. It accepts only what
// parseEntry accepts (a property test compares the two); whatever it does not know is left to parseEntry.
import * as scan from './scan-bytes.ts';
import { literalOf } from './scan-bytes.ts';

/** Where the pieces of the entry last scanned stand (bytes from its start), and its time. */
export interface Scanned {
  /** From `"instruction":` up to behind the value of `"role":`. */
  terms: number;
  termsEnd: number;
  /** First byte of the outcome: a(llowed), r(efused) or f(ailed). */
  outcome: number;
  /** First byte of the side: p(rovider), c(lient) or s(ystem). */
  side: number;
  types: number;
  typesEnd: number;
  /** The list of changes or null; the salt; the list of subjects behind its opening bracket. */
  changes: number;
  changesEnd: number;
  salt: number;
  subjects: number;
  subjectsEnd: number;
  touchesData: boolean;
  /** What it opened, as usedBy (rule-a.ts) says it. */
  people: number;
  rows: number;
  /** stampOf(at). */
  stamp: number;
}

export const nothingScanned = (): Scanned => ({
  terms: 0,
  termsEnd: 0,
  outcome: 0,
  side: 0,
  types: 0,
  typesEnd: 0,
  changes: 0,
  changesEnd: 0,
  salt: 0,
  subjects: 0,
  subjectsEnd: 0,
  touchesData: false,
  people: 0,
  rows: 0,
  stamp: 0,
});

const ACTOR = literalOf('{"actor":"usr_');
const AT = literalOf('","at":"');
const CHANGES = literalOf('Z","changes":');
const CONTEXT = literalOf(',"context":{"authentication":"');
const PLACE = literalOf(',"place":{"id":');
const PLACE_KIND = literalOf(',"kind":"');
const SESSION = literalOf('},"session":');
const FACT = literalOf('},"fact":null,');
const INSTRUCTION = literalOf('"instruction":');
const OP = literalOf(',"kind":"access","op":"');
const OUTCOME = literalOf('","outcome":"');
const PURPOSE = literalOf(',"purpose":');
const REASONS = literalOf(',"reasons":');
const ROLE = literalOf(',"role":');
const SALT = literalOf(',"salt":"');
const SIDE = literalOf('","side":"');
const SUBJECTS = literalOf(',"source":null,"subjects":[');
const TYPES = literalOf(',"types":');
const VIA_1 = literalOf(',"v":1,"via":');
const VIA_2 = literalOf(',"v":2,"via":');
const PASSKEY = literalOf(',"passkey":');
const PKY = literalOf('"pky_');
const ROWS = literalOf(',"rows":');
const SES = literalOf('"ses_');
const INS = literalOf('"ins_');
const SUB = literalOf('"sub_');
const CHANGE = literalOf('{"digest":"sha256:');
const RECORD = literalOf('","record":"rec_');
const REVISION = literalOf('","revision":');
const NULL = literalOf('null');
const AUTHENTICATIONS = ['token"', 'passkey"', 'oidc"', 'job"'].map(literalOf);
const PLACES = ['unchecked"', 'office"', 'vpn"', 'exception"'].map(literalOf);
const OUTCOMES = ['allowed"', 'refused"', 'failed"'].map(literalOf);
const SIDES = ['provider"', 'client"', 'system"'].map(literalOf);
const ROLES = [
  '"servicing"',
  '"hr"',
  '"manager"',
  '"staff"',
  '"product"',
  '"executive"',
  '"auditor"',
  '"security"',
  '"administrator"',
  'null',
].map(literalOf);
const VIAS = ['"job_', '"imp_'].map(literalOf);
const LIST_MAX = 100;
const LETTER_N = 0x6e;
/** A subject's id in quotes, and the comma or bracket behind it. */
const SUBJECT_BYTES = 43;
const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 16 bytes in canonical base64. */
export const scanSalt = scan.salt;

/** Where `usr_…` stands in every entry that this knows. */
export const ACTOR_AT = 10;
export const ACTOR_END = 50;

/** True if the bytes from `start` to `end` (without newline) are an entry that this knows; `found` is then filled in. */
export function scanEntry(v: DataView, start: number, end: number, found: Scanned): boolean {
  let p = scan.literal(v, start, ACTOR);
  p = scan.literal(v, scan.uuid(v, p), AT);
  p = scan.literal(v, scanTime(v, p, found), CHANGES);
  if (p < 0) return false;
  found.changes = p - start;
  const hasChanges = v.getUint8(p) === 0x5b && v.getUint8(p + 1) !== 0x5d;
  p = scanChanges(v, p);
  found.changesEnd = p - start;
  p = scan.literal(v, p, CONTEXT);
  p = scan.oneOf(v, p, AUTHENTICATIONS);
  const passkey = scan.literal(v, p, PASSKEY);
  const isFirst = passkey < 0;
  p = scan.literal(v, isFirst ? p : scan.nullOrId(v, passkey, PKY), PLACE);
  p = scan.literal(v, scan.nullOrToken(v, p), PLACE_KIND);
  p = scan.literal(v, scan.oneOf(v, p, PLACES), SESSION);
  p = scan.literal(v, scan.nullOrId(v, p, SES), FACT);
  found.terms = p - start;
  p = scan.literal(v, p, INSTRUCTION);
  p = scan.literal(v, scan.nullOrId(v, p, INS), OP);
  p = scan.literal(v, scan.operation(v, p), OUTCOME);
  if (p < 0) return false;
  found.outcome = v.getUint8(p);
  p = scan.literal(v, scan.oneOf(v, p, OUTCOMES), PURPOSE);
  p = scan.literal(v, scan.nullOrPurpose(v, p), REASONS);
  p = scan.literal(v, scan.tokenList(v, p), ROLE);
  p = scan.oneOf(v, p, ROLES);
  found.termsEnd = p - start;
  const rows = isFirst ? -1 : scan.literal(v, p, ROWS);
  if (!isFirst) p = scanRows(v, rows);
  const hasRows = rows >= 0 && p >= 0 && v.getUint8(rows) !== LETTER_N;
  found.rows = hasRows ? numberAt(v, rows, p) : 0;
  p = scan.literal(v, p, SALT);
  found.salt = p - start;
  p = scan.literal(v, scanSalt(v, p), SIDE);
  if (p < 0) return false;
  found.side = v.getUint8(p);
  p = scan.literal(v, scan.oneOf(v, p, SIDES), SUBJECTS);
  if (p < 0) return false;
  found.subjects = p - start;
  const hasSubjects = v.getUint8(p) !== 0x5d;
  p = scanSubjects(v, p);
  found.subjectsEnd = p - start;
  found.people = hasRows ? 0 : Math.floor((found.subjectsEnd - found.subjects) / SUBJECT_BYTES);
  p = scan.literal(v, p, TYPES);
  found.types = p - start;
  p = scan.typeList(v, p);
  found.typesEnd = p - start;
  found.touchesData = hasChanges || hasSubjects || found.typesEnd - found.types > 2;
  p = scan.literal(v, p, isFirst ? VIA_1 : VIA_2);
  if (p >= 0 && v.getUint8(p) === 0x22) p = scan.quote(v, scan.uuid(v, scan.oneOf(v, p, VIAS)));
  else p = scan.literal(v, p, NULL);
  return p >= 0 && v.getUint8(p) === 0x7d && p + 1 === end;
}

function scanRows(v: DataView, p: number): number {
  if (p >= 0 && v.getUint8(p) === LETTER_N) return scan.literal(v, p, NULL);
  return scan.smallCount(v, p);
}

/** The number written in the digits from `p` to `end`. */
function numberAt(v: DataView, p: number, end: number): number {
  let number = 0;
  for (let i = p; i < end; i++) number = number * 10 + v.getUint8(i) - 0x30;
  return number;
}

/** `YYYY-MM-DDTHH:MM:SS.mmm` of a time that exists; leaves its stamp in `found`. */
export function scanTime(v: DataView, p: number, found: Scanned): number {
  if (p < 0 || v.getUint8(p + 4) !== 0x2d || v.getUint8(p + 7) !== 0x2d) return -1;
  if (v.getUint8(p + 10) !== 0x54 || v.getUint8(p + 13) !== 0x3a) return -1;
  if (v.getUint8(p + 16) !== 0x3a || v.getUint8(p + 19) !== 0x2e) return -1;
  const century = scan.twoDigits(v, p);
  const yearOfCentury = scan.twoDigits(v, p + 2);
  const month = scan.twoDigits(v, p + 5);
  const day = scan.twoDigits(v, p + 8);
  const hour = scan.twoDigits(v, p + 11);
  const minute = scan.twoDigits(v, p + 14);
  const second = scan.twoDigits(v, p + 17);
  const hundredths = scan.twoDigits(v, p + 20);
  const thousandth = v.getUint8(p + 22) - 0x30;
  if (century > 99 || yearOfCentury > 99 || month > 12 || day < 1 || hour > 23) return -1;
  if (minute > 59 || second > 59 || hundredths > 99 || thousandth < 0 || thousandth > 9) return -1;
  const year = century * 100 + yearOfCentury;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (month === 2 && !isLeap ? 28 : DAYS[month]!)) return -1;
  const date = year * 10_000 + month * 100 + day;
  const millisecond = hundredths * 10 + thousandth;
  found.stamp = date * 86_400_000 + (hour * 60 + minute) * 60_000 + second * 1000 + millisecond;
  return p + 23;
}

/** `null` or a list of changes; the count-and-digest form is left to parseEntry. */
export function scanChanges(v: DataView, p: number): number {
  if (v.getUint8(p) !== 0x5b) return scan.literal(v, p, NULL);
  if (v.getUint8(p + 1) === 0x5d) return p + 2;
  let next = p;
  for (let count = 0; count < LIST_MAX; count++) {
    next = scan.literal(v, scan.hex256(v, scan.literal(v, next + 1, CHANGE)), RECORD);
    next = scan.smallCount(v, scan.literal(v, scan.uuid(v, next), REVISION));
    if (next < 0 || v.getUint8(next) !== 0x7d) return -1;
    if (v.getUint8(next + 1) === 0x5d) return next + 2;
    if (v.getUint8(next + 1) !== 0x2c) return -1;
    next++;
  }
  return -1;
}

/** What follows `"subjects":[`: sorted ids and the closing bracket. */
export function scanSubjects(v: DataView, p: number): number {
  if (v.getUint8(p) === 0x5d) return p + 1;
  let [next, previous] = [p, -1];
  for (let count = 0; count < LIST_MAX; count++) {
    const id = scan.literal(v, next, SUB);
    next = scan.quote(v, scan.uuid(v, id));
    if (next < 0 || (previous >= 0 && !scan.isBefore(v, previous, 36, id, 36))) return -1;
    if (v.getUint8(next) === 0x5d) return next + 1;
    if (v.getUint8(next) !== 0x2c) return -1;
    previous = id;
    next++;
  }
  return -1;
}
