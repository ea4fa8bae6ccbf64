/** Amounts of money as files write them → {"amount","currency"}, exactly, never through a float. */

export interface Money {
  amount: string;
  currency: string;
}

/** What stands between whole and part, and between thousands ('' = nothing). */
export interface MoneyForm {
  currency: string;
  decimal: '.' | ',';
  group: ',' | '.' | ' ' | "'" | '';
}

/**
 * A reader of amounts with an optional sign of the currency or its code before or after, a minus or
 * parentheses for negatives, thousands grouped throughout or not at all, and at most four decimals.
 * It answers null for anything else, another currency's sign included.
 */
export function compileMoney(
  form: MoneyForm,
): { fault: string } | { read: (cell: string) => Money | null } {
  const { currency, decimal, group } = form;
  if (decimal === group) return { fault: 'money needs different signs for decimals and thousands' };
  const point = decimal === '.' ? '\\.' : ',';
  const thousands = group === '' ? '' : `|\\d{1,3}(?:${groupSource(group)}\\d{3})+`;
  const sign = signsOf(currency).map(escaped).join('|');
  const space = `${spaces}?`;
  const number = `(\\d{1,15}${thousands})(?:${point}(\\d{1,4}))?`;
  const expression = new RegExp(
    `^(\\()?(-)?${space}(?:${sign})?${space}(-)?${number}${space}(?:${sign})?(\\))?$`,
  );
  return {
    read(cell) {
      const found = expression.exec(cell);
      if (!found) return null;
      const [, open, minus, innerMinus, digits, decimals, close] = found;
      if ((open === undefined) !== (close === undefined)) return null;
      const negatives = (open ? 1 : 0) + (minus ? 1 : 0) + (innerMinus ? 1 : 0);
      if (negatives > 1) return null;
      const bare = (digits as string).replace(/\D/g, '').replace(/^0+(?=\d)/, '');
      if (bare.length > 15) return null;
      const amount = decimals === undefined ? bare : `${bare}.${decimals}`;
      const negative = negatives === 1 && /[1-9]/.test(amount);
      return { amount: negative ? `-${amount}` : amount, currency };
    },
  };
}

/** Signs that more than one currency uses are accepted for each of them. */
const signs: Record<string, string[]> = {
  $: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN', 'BBD', 'BSD', 'JMD', 'TTD', 'XCD'],
  '€': ['EUR'],
  '£': ['GBP'],
  '¥': ['JPY', 'CNY'],
  '₹': ['INR'],
  '₱': ['PHP'],
};

function signsOf(currency: string): string[] {
  const own = Object.keys(signs).filter((sign) => signs[sign]?.includes(currency));
  return [currency, ...own];
}

/** Spreadsheets write no-break and narrow spaces too; never a line break. */
const spaces = '[ \\u00a0\\u202f]';

function groupSource(group: string): string {
  if (group === ' ') return spaces;
  return group === "'" ? "['\\u2019]" : escaped(group);
}

const escaped = (text: string): string => text.replace(/[$.]/g, '\\$&');
