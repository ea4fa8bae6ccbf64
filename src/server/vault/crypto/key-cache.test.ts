import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyCache } from './key-cache.ts';
import { addSlot, newKeyring } from './keyring.ts';
import { subjectKeys } from './subject-keys.ts';

function openCache(context: { after(close: () => void): void }, entriesMax?: number) {
  const clock = { ms: 0 };
  const now = () => clock.ms;
  const cache = new KeyCache<string>(entriesMax === undefined ? { now } : { now, entriesMax });
  context.after(() => cache.close());
  const set = (client: string, id: string) => cache.set(client, id, `${client}:${id}`, cache.epoch);
  return { cache, clock, set };
}

test('keys are gone after five idle minutes, swept or not', (context) => {
  const { cache, clock, set } = openCache(context);
  set('c', 'used');
  set('c', 'idle');
  clock.ms = 299_999;
  assert.equal(cache.get('c', 'used'), 'c:used');
  clock.ms = 300_000;
  assert.equal(cache.get('c', 'idle'), undefined);
  assert.equal(cache.get('c', 'used'), 'c:used');
  clock.ms = 600_000;
  cache.sweep();
  assert.equal(cache.size, 0);
});

test('the sweep runs by itself and does not keep the process alive', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const { cache, clock, set } = openCache(context);
  set('c', 's');
  clock.ms = 300_000;
  context.mock.timers.tick(15_000);
  assert.equal(cache.size, 0);
});

test('the least recently used entry makes room', (context) => {
  const { cache, set } = openCache(context, 2);
  set('c', 'a');
  set('c', 'b');
  cache.get('c', 'a');
  set('c', 'x');
  assert.equal(cache.size, 2);
  assert.equal(cache.get('c', 'b'), undefined);
  assert.equal(cache.get('c', 'a'), 'c:a');
});

test("dropping a person or a client drops exactly theirs, and clients' ids do not mix", (context) => {
  const { cache, set } = openCache(context);
  for (const client of ['c', 'd']) for (const id of ['a', 'b']) set(client, id);
  cache.drop('c', 'a');
  assert.equal(cache.get('c', 'a'), undefined);
  assert.equal(cache.get('d', 'a'), 'd:a');
  cache.drop('c');
  assert.equal(cache.get('c', 'b'), undefined);
  assert.equal(cache.size, 2);
});

test('a reader under way while a person is erased cannot bring the keys back', (context) => {
  const { cache } = openCache(context);
  const before = cache.epoch;
  cache.drop('c', 's');
  cache.set('c', 's', 'erased', before);
  assert.equal(cache.get('c', 's'), undefined);
});

test('a closed cache holds nothing and takes nothing', (context) => {
  const { cache, set } = openCache(context);
  set('c', 's');
  cache.close();
  set('c', 's');
  assert.equal(cache.size, 0);
});

test('compartment keys are derived once for one state of a keyring', () => {
  const keyring = newKeyring();
  const keys = subjectKeys(keyring);
  assert.equal(keys.compartment('pay'), keys.compartment('pay'));
  assert.equal(keys.compartment('bank'), null);
  assert.notEqual(subjectKeys(addSlot(keyring, 'bank')).compartment('bank'), null);
});
