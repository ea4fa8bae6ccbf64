/** An opened keyring with the compartment keys derived from it so far: what the key cache holds. */
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { type CompartmentKey, compartmentKey } from './compartment-key.ts';
import type { Keyring } from './keyring.ts';

export interface SubjectKeys {
  readonly keyring: Keyring;
  /** Derived at first use; null when the compartment's slot is empty. */
  compartment(compartment: Compartment): CompartmentKey | null;
}

/** For one state of the keyring: after `addSlot` or `destroySlot` make new ones and cache those. */
export function subjectKeys(keyring: Keyring): SubjectKeys {
  const derived = new Map<Compartment, CompartmentKey | null>();
  return {
    keyring,
    compartment(compartment) {
      let key = derived.get(compartment);
      if (key === undefined) {
        key = compartmentKey(keyring, compartment);
        derived.set(compartment, key);
      }
      return key;
    },
  };
}
