/** Texts that are checked in and read by people: compared, or rewritten with WORKSMARTLY_UPDATE=1. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '..', 'golden');

export function assertGolden(name: string, text: string): void {
  const path = join(GOLDEN, name);
  if (process.env.WORKSMARTLY_UPDATE) writeFileSync(path, text);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
  assert.equal(
    text,
    expected,
    `test/golden/${name} says otherwise; WORKSMARTLY_UPDATE=1 rewrites it`,
  );
}
