/** Opens the seal of a client with its code: the client key lies under the root again. The suspension
 * stands until an executive lifts it. */

import { REASONS } from '../../../contract/promises.ts';
import { badInput, conflict, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { openClientKeys, storedKeysStatement } from '../../vault/client-keys.ts';
import { parseSealCode } from '../../vault/crypto/seal-code.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import type { Row } from '../../vault/database.ts';
import { destroySeals, isUnderSeal, openSeal, reopenUnderRoot } from '../../vault/seal-sql.ts';
import { isSealedOff } from '../../vault/sealed-off.ts';
import { readAdoptions, resealAdopted } from '../catalogue/adopted.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { keyFact } from './close-seal.ts';

const WRONG_MAX = 5;
const WRONG_MS = 60_000;

export const openSealOf: DomainOperation = {
  async run(call) {
    const { house, state, input } = call;
    const { id } = state;
    if (!isSealedOff(state)) throw conflict('seal-open', 'This client is not sealed off.');
    const wrong = wrongOf(call);
    if (wrong.length >= WRONG_MAX) {
      throw new Refusal(429, ['too-many-requests'], 'Too many wrong codes. Wait a minute.');
    }
    const code = parseSealCode((input.body as { code: string }).code);
    if (!code) {
      const fault = { at: 'code', reason: 'is no seal code: look for a mistyped letter' };
      throw badInput('This is no seal code.', [fault]);
    }
    const { provider } = house.ledgers;
    const providerIndex = provider.authority.index;
    const statements = [storedKeysStatement(id), readAdoptions(id)];
    const [rows, adoptions] = (await house.database.batch([id], statements)) as [Row[], Row[]];
    const { seal, version, key } = opened(call, rows, code);
    const back = reopenUnderRoot(house.root, id, version, key);
    const [, , wrapped] = back.values;
    const after = rows.map((row) => (isUnderSeal(row) ? { ...row, parent: 'root', wrapped } : row));
    const { record } = openClientKeys(house.root, id, after)!;
    return {
      types: [],
      facts: {
        list: [{ state, fact: keyFact(seal, 'destroyed') }],
        depends: [{ state: provider, authIndex: providerIndex }],
        statements: [
          back,
          destroySeals(id, seal, '<='),
          ...resealAdopted(state, adoptions, state, record),
        ],
      },
      answer: () => ({ seal }),
    };
  },
};

function opened(call: Call, rows: readonly Row[], code: Buffer) {
  try {
    return openSeal(call.house.root, call.state.id, rows, code);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    wrongOf(call).push(call.house.now());
    const { sentence, promise } = REASONS['seal-code-wrong'];
    throw new Refusal(403, ['seal-code-wrong'], sentence, { promise, cause: error });
  } finally {
    code.fill(0);
  }
}

const tried = new WeakMap<House['jobs'], Map<string, number[]>>();

/** When wrong codes for the client came of late, in this process. */
function wrongOf({ house, state }: Call): number[] {
  const byClient = tried.get(house.jobs) ?? new Map<string, number[]>();
  tried.set(house.jobs, byClient);
  const since = house.now() - WRONG_MS;
  const late = (byClient.get(state.id) ?? []).filter((at) => at > since);
  byClient.set(state.id, late);
  return late;
}
