/** The states of a key, NIST SP 800-57 part 1 rev. 5 §7. Keys are made when they are first needed and
 * active at once, so nothing is ever pre-activation; none is suspended: what may not be used any more is
 * replaced. */

export type KeyState =
  | 'active'
  | 'deactivated'
  | 'compromised'
  | 'destroyed'
  | 'destroyed-compromised';

export type KeyEvent = 'created' | 'superseded' | 'compromised' | 'destroyed';

const TRANSITIONS: Readonly<Record<KeyState, Partial<Record<KeyEvent, KeyState>>>> = {
  active: { superseded: 'deactivated', compromised: 'compromised', destroyed: 'destroyed' },
  deactivated: { compromised: 'compromised', destroyed: 'destroyed' },
  // It stays compromised when another version takes its place.
  compromised: {
    superseded: 'compromised',
    compromised: 'compromised',
    destroyed: 'destroyed-compromised',
  },
  destroyed: { compromised: 'destroyed-compromised' },
  'destroyed-compromised': { compromised: 'destroyed-compromised' },
};

/** Null when no such thing may happen to a key in this state: a destroyed one never comes back. */
export function nextState(state: KeyState | null, event: KeyEvent): KeyState | null {
  if (state === null) return event === 'created' ? 'active' : null;
  return TRANSITIONS[state][event] ?? null;
}
