// Text, identifiers and references to documents: NFC, trimmed, without what could break a line,
// reverse its reading or smuggle in a control.
import type { Validation } from './catalogue.ts';
import { EMPTY, NOT_TEXT, refusal, type ValueCheck } from './value-check.ts';

const LINE_BREAK = refusal('has a line break');
const CONTROL = refusal('has a control character');
const BIDI = refusal('has a character that changes the reading direction');
const NOT_UNICODE = refusal('is not well-formed Unicode');
const SPACE_INSIDE = refusal('has a space');
const TOO_SHORT = refusal('is too short');
const TOO_LONG = refusal('is too long');
const PATTERN = refusal('does not have the form that the procedure asks for');

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL_CHARACTERS = /[\u0000-\u001F\u007F-\u009F]/;
const LINE_BREAKS = /[\n\r\u0085\u2028\u2029]/;
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** Text with at most `lengthMax` UTF-16 code units unless `bounds` say otherwise. */
export function textCheck(bounds: Validation, lengthMax: number): ValueCheck {
  const most = bounds.maxLength ?? lengthMax;
  const least = bounds.minLength ?? 1;
  const pattern =
    bounds.pattern === undefined ? undefined : new RegExp(`^(?:${bounds.pattern})$`, 'u');
  return (raw) => {
    if (typeof raw !== 'string') return NOT_TEXT;
    let value = raw;
    if (!isPlain(raw)) {
      // The length is looked at first: normalising is the one step whose cost an attacker sets.
      if (raw.length > most * 4 + 64) return TOO_LONG;
      if (!raw.isWellFormed()) return NOT_UNICODE;
      value = raw.trim();
      if (LINE_BREAKS.test(value)) return LINE_BREAK;
      if (CONTROL_CHARACTERS.test(value)) return CONTROL;
      if (BIDI_CONTROLS.test(value)) return BIDI;
      value = value.normalize('NFC');
    }
    if (value.length === 0) return EMPTY;
    if (value.length > most) return TOO_LONG;
    if (value.length < least) return TOO_SHORT;
    if (pattern !== undefined && !pattern.test(value)) return PATTERN;
    return { value };
  };
}

/** As text, and without any space. */
export function identifierCheck(bounds: Validation, lengthMax: number): ValueCheck {
  const check = textCheck(bounds, lengthMax);
  return (raw) => {
    const checked = check(raw);
    return 'value' in checked && /\s/u.test(checked.value as string) ? SPACE_INSIDE : checked;
  };
}

/** Printable ASCII without outer spaces is canonical already. */
function isPlain(text: string): boolean {
  const last = text.length - 1;
  if (last < 0) return true;
  if (text.charCodeAt(0) === 32 || text.charCodeAt(last) === 32) return false;
  for (let i = 0; i <= last; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit > 126) return false;
  }
  return true;
}
