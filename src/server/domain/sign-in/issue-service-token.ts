/** Issues a token for a machine: good for the operations that it names, from its networks, a year at
 * most. What people decide, machines do not: no facts, no users, no tokens. */
import { isIP } from 'node:net';
import { parseId, toId } from '../../../contract/ids.ts';
import type { Operation } from '../../../contract/operation.ts';
import { OPERATIONS } from '../../../contract/operations.ts';
import { badInput, conflict } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { newToken } from '../access/token.ts';
import { insertToken } from '../access/token-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { passkeysOf } from './own-passkeys.ts';
import { sealServiceScope } from './service-scope.ts';

const LIFE_MAX_MS = 366 * 24 * 60 * 60 * 1000;
/** A wider network is hardly one. */
const BITS_MIN = { 4: 8, 6: 32 } as const;

const FOR_MACHINES: ReadonlySet<string> = new Set(
  (OPERATIONS as readonly Operation[]).filter(isForMachines).map(({ id }) => id),
);

interface Body {
  readonly operations: readonly string[];
  readonly networks: readonly string[];
  readonly until: string;
}

export const issueServiceToken: DomainOperation = {
  run({ house, input, at }) {
    const body = input.body as Body;
    checkBody(body, at);
    const user = parseId('user', input.params.id)!;
    if (house.ledgers.provider.authority.users.get(toId('user', user))?.disabled) {
      throw conflict('user-disabled', 'This user is disabled; a token would open nothing.');
    }
    if (passkeysOf(house, user).length > 0) {
      const detail = 'This user is a person, who has a passkey. Register a user for the machine.';
      throw conflict('is-person', detail);
    }
    const id = newUuid(at);
    const { token, hash } = newToken('wsm');
    const scope = sealServiceScope(house, id, body);
    const until = new Date(body.until);
    return {
      work: { statements: [insertToken(id, user, hash, until, scope)] },
      answer: () => ({ id: toId('token', id), token, until: until.toISOString() }),
    };
  },
};

function isForMachines({ id, ledger, purpose, method }: Operation): boolean {
  if (id === 'clients.list' || id === 'evidence.export') return true;
  return ledger === 'client' && (purpose !== null || method === 'GET');
}

function checkBody({ operations, networks, until }: Body, at: number): void {
  const faults = [];
  for (const [i, operation] of operations.entries()) {
    if (FOR_MACHINES.has(operation)) continue;
    faults.push({ at: `body.operations.${i}`, reason: 'is no operation that a machine may do' });
  }
  for (const [i, network] of networks.entries()) {
    const reason = faultIn(network);
    if (reason) faults.push({ at: `body.networks.${i}`, reason });
  }
  const expires = Date.parse(until);
  if (expires <= at || expires > at + LIFE_MAX_MS) {
    faults.push({ at: 'body.until', reason: 'must lie in the future, at most 366 days from now' });
  }
  if (faults.length > 0) throw badInput('This token cannot be issued.', faults.slice(0, 20));
}

function faultIn(network: string): string | null {
  const [, base = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(network) ?? [];
  const family = isIP(base);
  if (family !== 4 && family !== 6) return 'must be a network such as 203.0.113.0/24';
  const least = BITS_MIN[family];
  const most = family === 4 ? 32 : 128;
  const length = Number(bits);
  if (String(length) !== bits || length > most) return `must end in /${least} to /${most}`;
  return length < least ? `is too wide: /${least} at least` : null;
}
