/** Welch's interval for the difference of two means (Welch 1947; degrees of freedom by Satterthwaite). */

export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** Of the sample, with n − 1. */
  readonly variance: number;
}

/** The difference of the first mean from the second with its 95 % interval; null where there is none:
 * each sample needs one for the difference and two for the interval. */
export function welch(first: Sample, second: Sample) {
  const none = { difference: null, from: null, until: null };
  if (first.count === 0 || second.count === 0) return none;
  const difference = first.mean - second.mean;
  if (first.count < 2 || second.count < 2) return { ...none, difference };
  const [a, b] = [first.variance / first.count, second.variance / second.count];
  if (a + b === 0) return { difference, from: difference, until: difference };
  const freedom = (a + b) ** 2 / (a ** 2 / (first.count - 1) + b ** 2 / (second.count - 1));
  const reach = studentQuantile(0.975, freedom) * Math.sqrt(a + b);
  return { difference, from: difference - reach, until: difference + reach };
}

/** Student's t for a probability above a half, found by halving. */
export function studentQuantile(probability: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentBelow(high, freedom) < probability) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentBelow(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of at most `t` ≥ 0. */
function studentBelow(t: number, freedom: number): number {
  const x = freedom / (freedom + t * t);
  return 1 - incompleteBeta(x, freedom / 2, 0.5) / 2;
}

/** The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x),
  );
  let fraction = 1;
  for (let m = 300; m > 0; m--) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m - 1) * (a + b + m - 1) * x) / ((a + 2 * m - 2) * (a + 2 * m - 1));
    fraction = 1 + odd / (1 + even / fraction);
  }
  return front / (a * fraction);
}

/** Lanczos with g = 7 and nine terms. */
function logGamma(z: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const x = z - 1;
  const sum = terms.reduce((all, term, i) => all + term / (x + i + 1), 0.99999999999980993);
  const base = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(base) - base + Math.log(sum);
}
