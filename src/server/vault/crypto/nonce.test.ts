import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NONCE_BYTES, takeNonce } from './nonce.ts';

const source = new URL('../../../', import.meta.url);

test('no nonce is handed out twice, across refills of the pool', () => {
  const seen = new Set<string>();
  const out = Buffer.alloc(NONCE_BYTES + 2, 0xee);
  for (let i = 0; i < 10_000; i++) {
    takeNonce(out, 1);
    seen.add(out.toString('hex', 1, 1 + NONCE_BYTES));
  }
  assert.equal(seen.size, 10_000);
  assert.ok(!seen.has('00'.repeat(NONCE_BYTES)));
  assert.equal(out[0], 0xee);
  assert.equal(out[NONCE_BYTES + 1], 0xee);
});

test('only seal.ts, wrap.ts and person-sealer.ts can choose a nonce, and all take it from the pool', () => {
  assert.deepEqual(filesWith(/\b(sealEnvelope|encryptInPlace)\b/), [
    'aead.ts',
    'envelope.ts',
    'person-sealer.ts',
    'seal.ts',
    'wrap.ts',
  ]);
  for (const name of ['seal.ts', 'wrap.ts', 'person-sealer.ts']) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8');
    const calls = text.match(/\bsealEnvelope\(/g) ?? [];
    const fromPool = text.match(/\bsealEnvelope\([^;]*, takeNonce,?\s*\);/g) ?? [];
    assert.ok(calls.length > 0 && calls.length === fromPool.length, name);
  }
});

test('no other file makes a cipher of its own', () => {
  assert.deepEqual(filesWith(/\bcreate(C|Dec)ipheriv\b/), ['aead.ts']);
});

function filesWith(pattern: RegExp): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => pattern.test(readFileSync(new URL(name, source), 'utf8')))
    .map((name) => name.replaceAll('\\', '/').replace('server/vault/crypto/', ''))
    .sort();
}
