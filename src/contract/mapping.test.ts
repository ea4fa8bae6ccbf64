// What crosses the border as a mapping: FORMATS §3 and nothing beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappingSchema } from './mapping.ts';

test('the mapping’s schema refuses unknown keys, transforms and shapes', () => {
  const base = {
    version: 1,
    columns: { a: { element: 'job.title' } },
    key: { element: 'employment.staffNumber' },
  };
  assert.ok(mappingSchema.safeParse(base).success);
  for (const change of [
    { version: 2 },
    { extra: 1 },
    { columns: { a: { element: 'job.title', discard: true } } },
    { columns: { a: { discard: false } } },
    { columns: { a: { element: 'title' } } },
    { columns: { a: { element: 'job.title', transform: { upper: true } } } },
    {
      columns: {
        a: { element: 'job.title', transform: { case: 'lower', pad: { length: 1, with: '0' } } },
      },
    },
    { columns: { a: { element: 'job.title', transform: { pad: { length: 1e9, with: '0' } } } } },
    { columns: { a: { elements: [] } } },
    {
      columns: Object.fromEntries(
        Array.from({ length: 501 }, (_, i) => [`c${i}`, { discard: true }]),
      ),
    },
    { key: { element: 'person.lastName' } },
    { key: { generate: 'row', prefix: "'; --" } },
    { effective: '2024-02-31' },
  ]) {
    assert.ok(!mappingSchema.safeParse({ ...base, ...change }).success, JSON.stringify(change));
  }
});
