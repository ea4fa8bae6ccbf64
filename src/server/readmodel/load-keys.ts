/** The keys of many people during one load: each keyring is opened when the first of a person's rows
 * arrives. Rows of one person mostly stand together, so a small cache is enough. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import { CLIENT_KEY_VERSION } from '../vault/client-keys.ts';
import { type CompartmentKey, compartmentKey } from '../vault/crypto/compartment-key.ts';
import { unwrapKeyring } from '../vault/crypto/keyring.ts';
import type { ClientAccess } from './messages.ts';

const PEOPLE_MAX = 4096;

export class LoadKeys {
  readonly #access: ClientAccess;
  readonly #compartments: readonly Compartment[];
  readonly #keys = new Map<number, (CompartmentKey | null)[]>();

  /** `compartments` are those whose rows will come, with any other key being refused. */
  constructor(access: ClientAccess, compartments: readonly Compartment[]) {
    this.#access = access;
    this.#compartments = compartments;
  }

  /** The key of a person (by number, uuid and wrapped keyring), or null where the slot is empty. */
  keyOf(
    person: number,
    subject: string,
    keyring: Buffer,
    compartment: Compartment,
  ): CompartmentKey | null {
    let keys = this.#keys.get(person);
    if (keys === undefined) {
      if (this.#keys.size >= PEOPLE_MAX) this.#keys.clear();
      const owner = { client: this.#access.clientId, subject };
      const opened = unwrapKeyring(this.#access.keys.client, CLIENT_KEY_VERSION, owner, keyring);
      keys = this.#compartments.map((name) => compartmentKey(opened, name));
      this.#keys.set(person, keys);
    }
    return keys[this.#compartments.indexOf(compartment)] ?? null;
  }
}
