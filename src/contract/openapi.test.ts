import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './openapi.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document whose shape is what these tests check
type Json = any;

const document = JSON.parse(JSON.stringify(openApi())) as Json;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function described(): { path: string; method: string; of: Json }[] {
  return Object.entries(document.paths!).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, of]) => ({ path, method, of: of as Json })),
  );
}

test('the document has the parts that OpenAPI 3.1 requires', () => {
  assert.match(String(document.openapi), /^3\.1\.\d+$/);
  assert.equal(typeof document.info!.title, 'string');
  assert.equal(typeof document.info!.version, 'string');
  assert.equal(document.components!.securitySchemes!.bearer!.scheme, 'bearer');
});

test('every operation of the table is described once, and nothing else', () => {
  const wanted = (OPERATIONS as readonly Operation[]).map(
    ({ id, path, method }) => `${id} ${method} ${path}`,
  );
  const found = described().map(
    ({ path, method, of }) => `${of.operationId} ${method.toUpperCase()} ${path}`,
  );
  assert.deepEqual(found.toSorted(), wanted.toSorted());
  for (const { method } of described()) assert.ok(METHODS.includes(method));
});

test('every parameter of a path is declared, required and has a schema', () => {
  for (const { path, of } of described()) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = ((of.parameters ?? []) as Json[]).filter((each) => each.in === 'path');
    assert.deepEqual(declared.map((each) => each.name).toSorted(), names.toSorted(), path);
    for (const each of declared) assert.ok(each.required && each.schema, path);
  }
});

test('every operation says its answer, and those with a token how they refuse', () => {
  for (const { of } of described()) {
    const statuses = Object.keys(of.responses!);
    assert.ok(
      statuses.some((status) => /^(2\d\d|303)$/.test(status)),
      String(of.operationId),
    );
    if (of.security === undefined) assert.ok(statuses.includes('default'));
  }
});

test('every reference leads somewhere inside the document', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  assert.ok(references.length > 0);
  for (const reference of references) {
    assert.ok(reference.startsWith('#/'), reference);
    let at: unknown = document;
    for (const key of reference.slice(2).split('/')) at = (at as Json)?.[key];
    assert.ok(at, reference);
  }
});

test('what a request must have and what it may leave out are told apart', () => {
  const find = (id: string) => described().find(({ of }) => of.operationId === id)!.of;
  const list = find('people.list').parameters as Json[];
  assert.equal(list.find(({ name }) => name === 'limit')!.required, false);
  const proof = find('ledger.proof').parameters as Json[];
  assert.equal(proof.find(({ name }) => name === 'index')!.required, true);
  assert.equal(find('clients.open').requestBody!.required, true);
  assert.equal(find('reports.run').requestBody!.required, false);
});
