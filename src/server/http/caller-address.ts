/** Where a call comes from: the address of its socket, or what configured proxies say of it. Headers by
 * which anybody else tells an address are refused, not ignored: whoever sends them tries something, or
 * stands behind a proxy that nobody has configured. */
import type { IncomingMessage } from 'node:http';
import { parseAddress } from '../network.ts';

export type CallerAddress =
  | { readonly address: string; readonly fault: null }
  | { readonly address: null; readonly fault: { readonly at: string; readonly reason: string } };

/** Whether an address is that of a proxy in front of this server. */
export type IsProxy = (address: string) => boolean;

/** Other headers by which proxies tell an address; read from nobody. */
const NEVER_READ = new Set([
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-forwarded',
  'forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
]);
const HOPS_MAX = 20;

/** The canonical address of the caller, or what is wrong with the headers that tell one. */
export function callerAddress(request: IncomingMessage, isProxy: IsProxy): CallerAddress {
  const socket = request.socket.remoteAddress?.split('%')[0];
  const peer = parseAddress(socket ?? '');
  const lists: string[] = [];
  const isTold = peer !== null && isProxy(peer);
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (NEVER_READ.has(name)) return fault(name, 'is read from nobody here: leave it out');
    if (!name.startsWith('x-forwarded-')) continue;
    if (!isTold) return fault(name, 'is taken from configured proxies only: leave it out');
    if (name === 'x-forwarded-for') lists.push(rawHeaders[i + 1]!);
  }
  if (peer === null) return fault('connection', 'has no address that can be told');
  if (!isTold) return { address: peer, fault: null };
  const [list] = lists;
  if (list === undefined || lists.length > 1) {
    return fault('x-forwarded-for', 'must come from the proxy, exactly once');
  }
  const hops = list.split(',').map((hop) => hop.trim());
  if (hops.length > HOPS_MAX) return fault('x-forwarded-for', `names more than ${HOPS_MAX} hops`);
  // What stands left of the first hop that is no proxy of ours, its sender may have invented.
  for (const hop of hops.toReversed()) {
    const address = parseAddress(hop);
    if (address === null) {
      return fault('x-forwarded-for', 'holds something that is no plain IP address');
    }
    if (!isProxy(address)) return { address, fault: null };
  }
  return { address: parseAddress(hops[0]!)!, fault: null };
}

function fault(header: string, reason: string): CallerAddress {
  const at = header === 'connection' ? header : `header.${header}`;
  return { address: null, fault: { at, reason } };
}
