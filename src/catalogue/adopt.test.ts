import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptCatalogue } from './adopt.ts';
import type { Catalogue } from './catalogue.ts';
import { catalogueDigest } from './digest.ts';
import { findElement, findType } from './find.ts';
import { loadCatalogue } from './load.ts';
import { withSmallCatalogue } from './small-catalogue.fixture.ts';

const small = withSmallCatalogue({}, loadCatalogue);
const shipped = loadCatalogue(new URL('../../catalogue', import.meta.url).pathname);

const elementIds = ({ types }: Catalogue) =>
  types.flatMap((type) => type.elements.map(({ id }) => `${type.id}.${id}`));

test('a client holds what its jurisdictions demand and what it instructs, nothing else', () => {
  assert.deepEqual(elementIds(adoptCatalogue(small, [])), ['handbook.title']);
  assert.deepEqual(elementIds(adoptCatalogue(small, ['US'])), [
    'workerPay.base',
    'workerPay.basis',
    'handbook.title',
  ]);
  assert.deepEqual(elementIds(adoptCatalogue(small, ['US-CA'])), [
    'workerPay.base',
    'workerPay.basis',
    'workerPay.note',
    'handbook.title',
  ]);
});

test('an adopted element carries only the mandates that bind the client, and their longest period', () => {
  const minimumOf = (jurisdictions: string[]) => {
    const adopted = findElement(adoptCatalogue(small, jurisdictions), 'workerPay.base');
    return [adopted?.element.mandates.length, adopted?.element.retention.minimum];
  };
  assert.deepEqual(minimumOf(['US']), [1, 'P3Y']);
  assert.deepEqual(minimumOf(['US', 'US-CA']), [2, 'P4Y']);
});

test('what is not adopted cannot be found, and its code lists are gone', () => {
  const adopted = adoptCatalogue(small, []);
  assert.equal(findType(adopted, 'workerPay'), undefined);
  assert.equal(findElement(adopted, 'workerPay.base'), undefined);
  assert.deepEqual(Object.keys(adopted.codeLists), ['purpose', 'retentionTrigger']);
});

test('equal choices have equal digests, in whatever order they are named', () => {
  const one = catalogueDigest(adoptCatalogue(shipped, ['US', 'US-CA']));
  assert.equal(catalogueDigest(adoptCatalogue(shipped, ['US-CA', 'US'])), one);
  assert.notEqual(catalogueDigest(adoptCatalogue(shipped, ['US'])), one);
});

test('California adds what only its law asks for', () => {
  const federal = new Set(elementIds(adoptCatalogue(shipped, ['US'])));
  const both = elementIds(adoptCatalogue(shipped, ['US', 'US-CA']));
  const added = both.filter((id) => !federal.has(id));
  assert.ok(added.includes('job.socCode') && added.includes('violenceIncident.happenedOn'));
  for (const id of added) {
    const mandates = findElement(shipped, id)?.element.mandates ?? [];
    assert.ok(!mandates.some(({ jurisdiction }) => ['US', 'client'].includes(jurisdiction)), id);
  }
});
