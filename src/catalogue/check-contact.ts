// Countries, e-mail addresses and telephone numbers.
import { EMPTY, NOT_TEXT, refusal, type ValueCheck } from './value-check.ts';

const NOT_A_COUNTRY = refusal('is not a country (ISO 3166 two-letter code)');
const NOT_AN_EMAIL = refusal('is not an e-mail address');
const NOT_A_PHONE = refusal('is not a telephone number');

/** ISO 3166-1 alpha-2, officially assigned. */
const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR ' +
    'BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ ' +
    'EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW ' +
    'GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY ' +
    'KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV ' +
    'MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY ' +
    'QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG ' +
    'TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

const EMAIL_LENGTH_MAX = 254;
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])$/i;
const PHONE = /^(\+?)([\d ().\-/]{4,40}?)(?:[ ,;]*(?:ext\.?|x)[ .=]*(\d{1,8}))?$/i;

/** An assigned country code, in capitals. */
export const checkCountry: ValueCheck = (raw) => {
  if (raw === '') return EMPTY;
  if (typeof raw !== 'string') return NOT_TEXT;
  const value = raw.trim().toUpperCase();
  return COUNTRIES.has(value) ? { value } : NOT_A_COUNTRY;
};

/** A plain ASCII address (RFC 5321 without quoting); the domain becomes lower case. */
export const checkEmail: ValueCheck = (raw) => {
  if (raw === '') return EMPTY;
  if (typeof raw !== 'string') return NOT_TEXT;
  if (raw.length > EMAIL_LENGTH_MAX + 64) return NOT_AN_EMAIL;
  const text = raw.trim();
  const at = text.lastIndexOf('@');
  if (text.length > EMAIL_LENGTH_MAX || at > 64 || !EMAIL.test(text)) return NOT_AN_EMAIL;
  return { value: text.slice(0, at) + text.slice(at).toLowerCase() };
};

/**
 * Digits with a leading plus if it was given (E.164) or as dialled at home, at most 15, then
 * `x` and the extension if there is one: `+1 (301) 555-0100 ext. 7` → `+13015550100x7`.
 */
export const checkPhone: ValueCheck = (raw) => {
  if (raw === '') return EMPTY;
  if (typeof raw !== 'string') return NOT_TEXT;
  if (raw.length > 64) return NOT_A_PHONE;
  const parts = PHONE.exec(raw.trim());
  if (!parts) return NOT_A_PHONE;
  const [, plus = '', dialled = '', extension] = parts;
  const digits = dialled.replace(/\D/g, '');
  if (digits.length < 4 || digits.length > 15) return NOT_A_PHONE;
  return { value: extension === undefined ? plus + digits : `${plus}${digits}x${extension}` };
};
