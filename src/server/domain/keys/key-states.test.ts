import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KeyEvent, type KeyState, nextState } from './key-states.ts';

const EVENTS: readonly KeyEvent[] = ['created', 'superseded', 'compromised', 'destroyed'];

test('a key is made once, and never comes back from having been destroyed', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS)), (events) => {
      let state: KeyState | null = null;
      let isGone = false;
      for (const event of events) {
        const next = nextState(state, event);
        if (next === null) continue;
        if (isGone) assert.match(next, /^destroyed/);
        if (event === 'created') assert.equal(state, null);
        isGone ||= event === 'destroyed';
        state = next;
      }
    }),
  );
});

test('what was compromised stays so, whatever happens to it afterwards', () => {
  for (const event of EVENTS) {
    const next = nextState('compromised', event);
    if (next !== null) assert.match(next, /compromised$/);
  }
  assert.equal(nextState('destroyed', 'compromised'), 'destroyed-compromised');
  assert.equal(nextState('destroyed', 'superseded'), null);
  assert.equal(nextState('destroyed', 'created'), null);
});
