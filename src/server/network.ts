/** Addresses and networks (CIDR) in exactly one spelling each. What has several readings is refused:
 * octal, hexadecimal and short IPv4, ports, zones. */
import { BlockList, isIP, SocketAddress } from 'node:net';

/** Wider ones are no premises: they are much of the Internet. */
const WIDEST = { 4: 8, 6: 16 } as const;
const BITS = { 4: 32, 6: 128 } as const;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

export interface Network {
  /** `address/bits` in canonical form. */
  readonly cidr: string;
  readonly version: 4 | 6;
  readonly bits: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The canonical spelling of an address; IPv4 in IPv6 (`::ffff:`) is IPv4. Null for anything else. */
export function parseAddress(text: string): string | null {
  const family = isIP(text);
  if (family === 4) return text;
  if (family === 0 || text.includes('%')) return null;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  return MAPPED.exec(address)?.[1] ?? address;
}

/** A network, or why the text is none. */
export function parseNetwork(text: string): Network | { readonly fault: string } {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address) as 0 | 4 | 6;
  if (family === 0 || address.includes('%') || rest.length > 0) {
    return { fault: 'must be a network such as 192.0.2.0/24 or 2001:db8::/32' };
  }
  const canonical = parseAddress(address)!;
  if (family === 6 && isIP(canonical) === 4) return { fault: 'must be written as IPv4' };
  if (length === undefined || !/^(0|[1-9]\d{0,2})$/.test(length) || +length > BITS[family]) {
    return { fault: `must end in / and the length of its prefix, at most ${BITS[family]}` };
  }
  const bits = +length;
  if (bits < WIDEST[family]) {
    return { fault: `is wider than /${WIDEST[family]}: name the networks that are really yours` };
  }
  const first = numberOf(canonical);
  const size = 1n << BigInt(BITS[family] - bits);
  if (first % size !== 0n) return { fault: `is an address, not a network: bits beyond /${bits}` };
  return { cidr: `${canonical}/${bits}`, version: family, bits, first, last: first + size - 1n };
}

export function areOverlapping(a: Network, b: Network): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}

/** Tells whether a canonical address is in one of the networks. */
export function networkTest(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { cidr, bits, version } of networks) {
    list.addSubnet(cidr.slice(0, cidr.indexOf('/')), bits, version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function numberOf(canonical: string): bigint {
  if (isIP(canonical) === 4) {
    return canonical.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
  const plain = canonical.replace(dotted, (_, a, b, c, d) => {
    return `${(+a * 256 + +b).toString(16)}:${(+c * 256 + +d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
