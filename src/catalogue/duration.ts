// ISO 8601 durations in years, months, weeks and days, as retention periods use them.

const SHAPE = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/;

/** Whether `text` is a duration that a retention period may use, such as `P3Y` or `P0D`. */
export function isDuration(text: string): boolean {
  return SHAPE.test(text);
}

/** Mean length in days, for comparing durations only. Throws on text that is no duration. */
export function durationDays(text: string): number {
  const parts = SHAPE.exec(text);
  if (!parts) throw new Error('not a duration');
  const [, years = '0', months = '0', weeks = '0', days = '0'] = parts;
  return Number(years) * 365.25 + Number(months) * 30.4375 + Number(weeks) * 7 + Number(days);
}

/** The longest of `durations`, null if there is none. */
export function longestDuration(durations: readonly string[]): string | null {
  let longest: string | null = null;
  for (const duration of durations) {
    if (longest === null || durationDays(duration) > durationDays(longest)) longest = duration;
  }
  return longest;
}

/** In words: `P1Y6M` is "1 year 6 months", `P0D` is "at once". */
export function durationWords(duration: string): string {
  const parts = SHAPE.exec(duration);
  if (!parts) throw new Error('not a duration');
  const words = ['year', 'month', 'week', 'day'].flatMap((unit, i) => {
    const n = Number(parts[i + 1] ?? 0);
    return n === 0 ? [] : [`${n} ${unit}${n === 1 ? '' : 's'}`];
  });
  return words.length === 0 ? 'at once' : words.join(' ');
}
