/** What the credential itself allows, whatever its user may do: a service token is good for its
 * operations and from its networks; some things need a passkey that was shown a moment ago. */
import { BlockList, isIP } from 'node:net';
import type { Operation } from '../../contract/operation.ts';
import { REASONS } from '../../contract/promises.ts';
import type { Principal, ServiceScope } from '../domain/operation.ts';
import { STEP_UP_MS } from '../domain/sign-in/session.ts';
import { Refusal } from '../fault.ts';

/** Throws a Refusal. `address` is where the call comes from; null when nobody knows. */
export function checkCredential(
  { service, verifiedAt }: Principal,
  operation: Operation,
  address: string | null,
  at: number,
): void {
  if (service && !service.operations.has(operation.id)) throw refused('token-scope');
  if (service && !isWithin(service, address)) throw refused('token-address');
  if (!operation.stepUp) return;
  if (verifiedAt === null || at >= verifiedAt + STEP_UP_MS) throw refused('step-up-needed');
}

function isWithin({ networks }: ServiceScope, address: string | null): boolean {
  const plain = address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '') ?? '';
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [base, bits] = network.split('/') as [string, string];
    list.addSubnet(base, Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

function refused(reason: 'token-scope' | 'token-address' | 'step-up-needed'): Refusal {
  const { promise, sentence } = REASONS[reason];
  return new Refusal(403, [reason], sentence, { promise });
}
