import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import { catalogueDigest } from './digest.ts';
import { loadCatalogue } from './load.ts';
import { withSmallCatalogue } from './small-catalogue.fixture.ts';

const GOLDEN = '28357d4a07f985d3b19236bd4e04e90b0ac3f730be4128e3b9b5942b6b2cf17e';

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
