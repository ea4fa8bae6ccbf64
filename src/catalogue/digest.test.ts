import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import { catalogueDigest } from './digest.ts';
import { loadCatalogue } from './load.ts';
import { withSmallCatalogue } from './small-catalogue.fixture.ts';

const GOLDEN = 'c82373efe66a7e31b27626a4e71ec3ade925a3b6900a29820fec248589f027cc';

test('the digest of the small catalogue is its golden value', () => {
  assert.equal(catalogueDigest(withSmallCatalogue({}, loadCatalogue)), GOLDEN);
});

test('an independent library gives the shipped catalogue the same digest', () => {
  const catalogue = loadCatalogue(new URL('../../catalogue', import.meta.url).pathname);
  const canonical = canonicalize(catalogue);
  assert.ok(canonical);
  assert.equal(catalogueDigest(catalogue), createHash('sha256').update(canonical).digest('hex'));
});

test('a catalogue with a number that is not whole has no digest', () => {
  assert.throws(() => catalogueDigest({ version: 1.5, codeLists: {}, types: [] }), TypeError);
});
