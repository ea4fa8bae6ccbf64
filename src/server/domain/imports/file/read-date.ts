/** Dates as files write them → YYYY-MM-DD. */

export const pivotDefault = 1930;

/**
 * A reader for one pattern of YYYY, YY, MMM (English), MM, DD and separators, or a fault where the
 * pattern does not name one year, one month and one day. The reader answers null for what is not
 * written so, and for days that the calendar does not have. Between separators a leading zero may be
 * missing. `pivot` is the first of the hundred years that YY can mean.
 */
export function compileDate(
  pattern: string,
  pivot?: number,
): { fault: string } | { read: (cell: string) => string | null } {
  const tokens: string[] = pattern.match(/YYYY|YY|MMM|MM|M|DD|D|[-/., ]/g) ?? [];
  const parts = tokens.filter((token) => /[YMD]/.test(token)).map((token) => token.charAt(0));
  if (tokens.join('') !== pattern || parts.toSorted().join('') !== 'DMY') {
    return { fault: `the date pattern "${pattern}" must name one year, one month and one day` };
  }
  if (pivot !== undefined && !tokens.includes('YY')) {
    return { fault: `the date pattern "${pattern}" has no two-digit year to pivot` };
  }
  const separated = tokens.length > parts.length;
  const expression = new RegExp(
    `^${tokens.map((token) => tokenSource(token, separated)).join('')}$`,
  );
  const [yearAt, monthAt, dayAt] = ['Y', 'M', 'D'].map((part) => parts.indexOf(part) + 1) as [
    number,
    number,
    number,
  ];
  const named = tokens.includes('MMM');
  const century = tokens.includes('YY') ? (pivot ?? pivotDefault) : null;

  return {
    read(cell) {
      const found = expression.exec(cell);
      if (!found) return null;
      let year = Number(found[yearAt]);
      if (century !== null) {
        year += century - (century % 100);
        if (year < century) year += 100;
      }
      const month = named
        ? monthNames.indexOf((found[monthAt] as string).toLowerCase()) + 1
        : Number(found[monthAt]);
      const day = Number(found[dayAt]);
      if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
      return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
    },
  };
}

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

function tokenSource(token: string, separated: boolean): string {
  if (token === 'YYYY') return '(\\d{4})';
  if (token === 'YY') return '(\\d{2})';
  if (token === 'MMM') return '([A-Za-z]{3})';
  if (/[MD]/.test(token)) return separated || token.length === 1 ? '(\\d{1,2})' : '(\\d{2})';
  return token === '.' || token === '/' ? `\\${token}` : token;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
