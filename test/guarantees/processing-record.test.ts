// The manual and the processor's record over HTTP: in the form that is asked for, about this client only,
// and in terms that others' tools know.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadWithRules } from '../../src/catalogue/load.ts';
import { PROMISES } from '../../src/contract/promises.ts';
import { DPV_TERMS } from '../../src/server/domain/catalogue/processing/dpv.ts';
import { type Answered, ask, must } from '../support/api.ts';
import { DOCUMENT } from '../support/request-bodies.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await openWorld();
  const params = { c: world.clients[0] };
  await must(world.url, world.tokens.executive, 'instructions.give', {
    params,
    body: {
      purposes: ['study'],
      types: ['person', 'job'],
      recipients: ['KE:survey-partner', 'auditors.example'],
      document: DOCUMENT.document,
      until: null,
    },
  });
  const body = {
    address: '=1+1, Invented Street',
    contact: 'privacy@example.test',
    dataProtectionOfficer: 'A <b>Officer</b>',
  };
  await must(world.url, world.tokens.hr, 'clients.describe', { params, body });
});
after(() => world.close());

function get(
  id: 'catalogue.manual' | 'catalogue.processing-record',
  accept?: string,
  persona: Persona = 'executive',
): Promise<Answered> {
  const headers = accept === undefined ? {} : { accept };
  const params = { c: world.clients[0] };
  return ask(world.url, world.tokens[persona], id, { params, headers });
}

test('the record as CSV answers each letter of Art. 30(2), and no cell is a formula', async () => {
  const { text, headers } = await get('catalogue.processing-record', 'text/csv');
  assert.match(headers.get('content-type')!, /^text\/csv/);
  for (const letter of ['a', 'b', 'c', 'd']) assert.ok(text.includes(`Art. 30(2)(${letter})`));
  assert.match(text, /controller,,Invented Works,"'=1\+1, Invented Street; privacy@example\.test"/);
  assert.match(text, /transfer,ins_[^,]+,survey-partner,/);
  assert.match(text, /,KE,/);
  for (const { promise } of Object.values(PROMISES)) assert.ok(text.includes(promise));
  assert.doesNotMatch(text, /Imagined Mills/);
});

test('the record as JSON-LD uses terms of the vocabulary only, and fetches nothing', async () => {
  const { text, headers } = await get('catalogue.processing-record', 'application/ld+json');
  assert.equal(headers.get('content-type'), 'application/ld+json');
  const record = JSON.parse(text) as { '@context': Record<string, string>; '@graph': object[] };
  assert.equal(typeof record['@context'], 'object');
  assert.equal(record['@context'].dpv, 'https://w3id.org/dpv#');
  const { taxonomies } = loadWithRules(join(import.meta.dirname, '../../catalogue')).rules;
  const known = new Set<string>([...DPV_TERMS, ...taxonomies.dpv.keys]);
  const used = new Set<string>();
  const ids = new Set<string>();
  const named = new Set<string>();
  walk(record['@graph'], (key, value, node) => {
    if (/^(dpv|pd):/.test(key)) used.add(key);
    if (key === '@type') for (const type of [value].flat() as string[]) used.add(type);
    if (key !== '@id') return;
    if (Object.keys(node).length > 1) ids.add(value as string);
    else named.add(value as string);
  });
  used.delete('xsd:dateTime');
  assert.deepEqual(
    [...used].filter((term) => !known.has(term)),
    [],
  );
  assert.deepEqual(
    [...named].filter((id) => !ids.has(id)),
    [],
  );
  const types = record['@graph'].map((node) => (node as { '@type': string })['@type']);
  for (const type of ['dpv:DataProcessingRecord', 'dpv:DataProcessor', 'dpv:DataController']) {
    assert.equal(types.filter((each) => each === type).length, 1);
  }
  assert.equal(types.filter((each) => each === 'dpv:PersonalDataProcess').length, 2);
  assert.match(text, /"dpv:ThirdCountry",\s+"dct:identifier": "KE"/);
});

function walk(value: unknown, visit: (key: string, value: unknown, node: object) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) walk(each, visit);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    visit(key, inner, value);
    walk(inner, visit);
  }
}

test('the manual comes as Markdown, as a page that runs and fetches nothing, and as a tagged PDF', async () => {
  const markdown = await get('catalogue.manual');
  assert.match(markdown.text, /^# Procedure manual for Invented Works\n/);
  const page = await get('catalogue.manual', 'text/html');
  assert.match(page.text, /^<!doctype html>\n<html lang="en">/);
  assert.doesNotMatch(page.text, /<script|<link|<img|src=|url\(|https?:|@import| on[a-z]+=/i);
  assert.match(page.text, /default-src &#39;none&#39;; style-src &#39;sha256-/);
  assert.equal([...page.text.matchAll(/<h1>/g)].length, 1);
  assert.equal(
    [...page.text.matchAll(/<th(?! scope=)/g)].length,
    [...page.text.matchAll(/<thead/g)].length,
  );
  const ids = new Set([...page.text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  for (const [, target] of page.text.matchAll(/href="#([^"]+)"/g)) {
    assert.ok(ids.has(target), String(target));
  }
  const [one, two] = [
    await get('catalogue.manual', 'application/pdf'),
    await get('catalogue.manual', 'application/pdf', 'auditor'),
  ];
  assert.match(one.text, /^%PDF-1\.7/);
  assert.match(one.text, /\/MarkInfo/);
  assert.match(one.text, /\/StructTreeRoot/);
  assert.match(one.text, /\/Lang \(en\)/);
  assert.equal(one.text, two.text);
});

test('who wants another form is told which there are; another client gets nothing', async () => {
  const odd = await get('catalogue.manual', 'image/png');
  assert.equal(odd.status, 400);
  for (const id of ['catalogue.manual', 'catalogue.processing-record'] as const) {
    const answer = await ask(world.url, world.otherHr, id, { params: { c: world.clients[0] } });
    assert.equal(answer.status, 404);
  }
});
