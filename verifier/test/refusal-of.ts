// What a test asks of a bundle: the reason and the entry of its first failure.
import type { TestContext } from 'node:test';
import type { Entry } from '../src/entry.ts';
import type { FactType } from '../src/fact.ts';
import type { Reason } from '../src/verification-error.ts';
import { type VerifyOptions, verifyBundle } from '../src/verify.ts';
import { type Files, goodLedger, writeDirectory } from './build-bundle.ts';

/** Reason and index of the first failure; null if the bundle verifies. */
export async function refusalOf(
  t: TestContext,
  files: Files,
  options: VerifyOptions = {},
): Promise<[Reason, number | null] | null> {
  const report = await verifyBundle(writeDirectory(t, files), options);
  const { failure } = report;
  return failure === null ? null : [failure.reason, failure.index];
}

/** The good ledger without its facts of one type. */
export const withoutFact = (type: FactType): Entry[] =>
  goodLedger().filter(({ fact }) => fact?.type !== type);
