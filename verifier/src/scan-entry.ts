// The fast path: recognises the common access entry from its bytes alone, without parsing JSON. It accepts only what
// parseEntry accepts (a property test compares the two); whatever it does not know is left to parseEntry.
import * as scan from './scan-bytes.ts';
import { bytesOf } from './scan-bytes.ts';

/** Where the pieces of the entry last scanned stand (byte offsets), and its time; one per scanner, reused for every entry. */
export interface Scanned {
  /** `usr_…`, 40 bytes. */
  actor: number;
  /** From `"instruction":` up to behind the value of `"role":`. */
  terms: number;
  termsEnd: number;
  /** First byte of the outcome: a(llowed), r(efused) or f(ailed). */
  outcome: number;
  /** First byte of the side: p(rovider), c(lient) or s(ystem). */
  side: number;
  types: number;
  typesEnd: number;
  touchesData: boolean;
  /** stampOf(at). */
  stamp: number;
}

export const nothingScanned = (): Scanned => ({
  actor: 0,
  terms: 0,
  termsEnd: 0,
  outcome: 0,
  side: 0,
  types: 0,
  typesEnd: 0,
  touchesData: false,
  stamp: 0,
});

const ACTOR = bytesOf('{"actor":"usr_');
const AT = bytesOf('","at":"');
const CHANGES = bytesOf('Z","changes":');
const CONTEXT = bytesOf(',"context":{"authentication":"');
const PLACE = bytesOf(',"place":{"id":');
const PLACE_KIND = bytesOf(',"kind":"');
const SESSION = bytesOf('},"session":');
const FACT = bytesOf('},"fact":null,');
const INSTRUCTION = bytesOf('"instruction":');
const OP = bytesOf(',"kind":"access","op":"');
const OUTCOME = bytesOf('","outcome":"');
const PURPOSE = bytesOf(',"purpose":');
const REASONS = bytesOf(',"reasons":');
const ROLE = bytesOf(',"role":');
const SALT = bytesOf(',"salt":"');
const SIDE = bytesOf('","side":"');
const SUBJECTS = bytesOf(',"source":null,"subjects":[');
const TYPES = bytesOf(',"types":');
const VIA = bytesOf(',"v":1,"via":');
const SES = bytesOf('"ses_');
const INS = bytesOf('"ins_');
const SUB = bytesOf('"sub_');
const CHANGE = bytesOf('{"digest":"sha256:');
const RECORD = bytesOf('","record":"rec_');
const REVISION = bytesOf('","revision":');
const NULL = bytesOf('null');
const AUTHENTICATIONS = ['token"', 'passkey"', 'oidc"', 'job"'].map(bytesOf);
const PLACES = ['unchecked"', 'office"', 'vpn"', 'exception"'].map(bytesOf);
const OUTCOMES = ['allowed"', 'refused"', 'failed"'].map(bytesOf);
const SIDES = ['provider"', 'client"', 'system"'].map(bytesOf);
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
].map(bytesOf);
const VIAS = ['null', '"job_', '"imp_'].map(bytesOf);
const LIST_MAX = 100;
const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True if the bytes from `start` to `end` (without newline) are an entry that this knows; `found` is then filled in. */
export function scanEntry(b: Uint8Array, start: number, end: number, found: Scanned): boolean {
  let p = scan.literal(b, start, ACTOR);
  found.actor = p - 4;
  p = scan.literal(b, scan.uuid(b, p), AT);
  p = scan.literal(b, time(b, p, found), CHANGES);
  if (p < 0) return false;
  const hasChanges = b[p] === 0x5b && b[p + 1] !== 0x5d;
  p = scan.literal(b, changes(b, p), CONTEXT);
  p = scan.literal(b, scan.oneOf(b, p, AUTHENTICATIONS), PLACE);
  p = scan.literal(b, scan.nullOrToken(b, p), PLACE_KIND);
  p = scan.literal(b, scan.oneOf(b, p, PLACES), SESSION);
  p = scan.literal(b, scan.nullOrId(b, p, SES), FACT);
  found.terms = p;
  p = scan.literal(b, p, INSTRUCTION);
  p = scan.literal(b, scan.nullOrId(b, p, INS), OP);
  p = scan.literal(b, scan.operation(b, p), OUTCOME);
  if (p < 0) return false;
  found.outcome = b[p]!;
  p = scan.literal(b, scan.oneOf(b, p, OUTCOMES), PURPOSE);
  p = scan.literal(b, scan.nullOrPurpose(b, p), REASONS);
  p = scan.literal(b, scan.tokenList(b, p), ROLE);
  p = scan.oneOf(b, p, ROLES);
  found.termsEnd = p;
  p = scan.literal(b, p, SALT);
  p = scan.literal(b, scan.salt(b, p), SIDE);
  if (p < 0) return false;
  found.side = b[p]!;
  p = scan.literal(b, scan.oneOf(b, p, SIDES), SUBJECTS);
  if (p < 0) return false;
  const hasSubjects = b[p] !== 0x5d;
  p = scan.literal(b, subjects(b, p), TYPES);
  found.types = p;
  p = scan.typeList(b, p);
  found.typesEnd = p;
  found.touchesData = hasChanges || hasSubjects || p - found.types > 2;
  p = scan.literal(b, p, VIA);
  if (p >= 0 && b[p] === 0x22) p = scan.quote(b, scan.uuid(b, scan.oneOf(b, p, VIAS)));
  else p = scan.literal(b, p, NULL);
  return p >= 0 && b[p] === 0x7d && p + 1 === end;
}

let lastDate = Number.NaN;

/** `YYYY-MM-DDTHH:MM:SS.mmm` of a time that exists; leaves its stamp in `found`. */
function time(b: Uint8Array, p: number, found: Scanned): number {
  if (p < 0 || b[p + 4] !== 0x2d || b[p + 7] !== 0x2d || b[p + 10] !== 0x54) return -1;
  if (b[p + 13] !== 0x3a || b[p + 16] !== 0x3a || b[p + 19] !== 0x2e) return -1;
  const [year, month, day] = [
    scan.digits(b, p, 4),
    scan.digits(b, p + 5, 2),
    scan.digits(b, p + 8, 2),
  ];
  const date = year * 10_000 + month * 100 + day;
  if (date !== lastDate) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const days = month === 2 && !isLeap ? 28 : DAYS[month];
    if (days === undefined || !(day >= 1 && day <= days)) return -1;
    lastDate = date;
  }
  const [hour, minute] = [scan.digits(b, p + 11, 2), scan.digits(b, p + 14, 2)];
  const [second, millisecond] = [scan.digits(b, p + 17, 2), scan.digits(b, p + 20, 3)];
  if (!(hour < 24 && minute < 60 && second < 60 && millisecond < 1000)) return -1;
  found.stamp = date * 86_400_000 + (hour * 60 + minute) * 60_000 + second * 1000 + millisecond;
  return p + 23;
}

/** `null` or a list of changes; the count-and-digest form is left to parseEntry. */
function changes(b: Uint8Array, p: number): number {
  if (b[p] !== 0x5b) return scan.literal(b, p, NULL);
  if (b[p + 1] === 0x5d) return p + 2;
  let next = p;
  for (let count = 0; count < LIST_MAX; count++) {
    next = scan.literal(b, scan.hex256(b, scan.literal(b, next + 1, CHANGE)), RECORD);
    next = scan.smallCount(b, scan.literal(b, scan.uuid(b, next), REVISION));
    if (next < 0 || b[next] !== 0x7d) return -1;
    if (b[next + 1] === 0x5d) return next + 2;
    if (b[next + 1] !== 0x2c) return -1;
    next++;
  }
  return -1;
}

/** What follows `"subjects":[`: sorted ids and the closing bracket. */
function subjects(b: Uint8Array, p: number): number {
  if (b[p] === 0x5d) return p + 1;
  let [next, previous] = [p, -1];
  for (let count = 0; count < LIST_MAX; count++) {
    const id = scan.literal(b, next, SUB);
    next = scan.quote(b, scan.uuid(b, id));
    if (next < 0 || (previous >= 0 && !scan.isBefore(b, previous, id, 36))) return -1;
    if (b[next] === 0x5d) return next + 1;
    if (b[next] !== 0x2c) return -1;
    previous = id;
    next++;
  }
  return -1;
}
