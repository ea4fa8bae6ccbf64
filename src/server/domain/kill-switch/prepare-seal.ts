/** Makes a seal and its code. Nothing is closed yet: whoever loses this answer asks again, and whoever is
 * interrupted while sealing off has the code already. */
import { storedKeysStatement } from '../../vault/client-keys.ts';
import { newSealCode, parseSealCode } from '../../vault/crypto/seal-code.ts';
import { keyOfVersion } from '../../vault/crypto/versioned-key.ts';
import { nextSeal, prepareSeal } from '../../vault/seal-sql.ts';
import type { DomainOperation } from '../operation.ts';

export const prepareSealOf: DomainOperation = {
  async run({ house, state }) {
    const { client } = state.clientKeys;
    const [rows] = await house.database.batch([state.id], [storedKeysStatement(state.id)]);
    const seal = nextSeal(rows!);
    const text = newSealCode();
    const code = parseSealCode(text)!;
    const key = { version: client.version, key: keyOfVersion(client, client.version) };
    const statements = prepareSeal(house.root, state.id, seal, code, key);
    code.fill(0);
    return { types: [], work: { statements }, answer: () => ({ seal, code: text }) };
  },
};
