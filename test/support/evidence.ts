/** Evidence as an outsider gets it: exported over HTTP, verified with the verifier's own code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '#verifier/entry.ts';
import type { Report } from '#verifier/report.ts';
import { type VerifyOptions, verifyBundle } from '#verifier/verify.ts';
import { must } from './api.ts';
import { tempDir } from './cluster.ts';

/** Exports the client's bundle; gives the path of the zip. */
export async function exportEvidence(url: string, token: string, client: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/clients/${client}/evidence`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (response.status !== 200) throw new Error(`evidence: ${response.status}`);
  const path = join(tempDir(), 'evidence.zip');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

/** Exports and verifies, in this thread. */
export async function verifyLedger(
  url: string,
  token: string,
  client: string,
  options: VerifyOptions = {},
): Promise<Report> {
  return verifyBundle(await exportEvidence(url, token, client), { threads: 0, ...options });
}

/** Every entry of the client's ledger, read over HTTP. */
export async function readLedger(url: string, token: string, client: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const query = { from: String(entries.length), limit: '1000' };
    const page = await must(url, token, 'ledger.entries', { params: { c: client }, query });
    entries.push(...page.entries);
    // The last call's own entry ends the last page.
    if (page.entries.length < 1000) return entries;
  }
}
