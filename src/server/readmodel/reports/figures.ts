/** Figures as decimal texts: a digest is over exact text, and no reader has to guess the rounding. */

/** `part` in a hundred of `whole`, to one decimal; null where there is no whole. */
export function percent(part: number, whole: number): string | null {
  return whole > 0 ? decimal((100 * part) / whole, 1) : null;
}

/** With so many decimals, never `-0.0`; null for what is no number. */
export function decimal(value: number, decimals: number): string | null {
  if (!Number.isFinite(value)) return null;
  const text = value.toFixed(decimals);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

/** Hundredths of a currency as an amount with two decimals. */
export function money(hundredths: number): string | null {
  return decimal(Math.round(hundredths) / 100, 2);
}

/** The three leading figures of an amount: what is near it, and nobody's own. */
export function rough(hundredths: number): number {
  const figures = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(hundredths)))) - 2);
  return Math.round(hundredths / figures) * figures;
}
