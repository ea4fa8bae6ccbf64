import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { type Network, networkTest, parseNetwork } from '../network.ts';
import { callerAddress } from './caller-address.ts';

const isProxy = networkTest([parseNetwork('10.0.0.0/24') as Network]);
const PROXY = '10.0.0.7';

function from(remoteAddress: string, ...headers: [string, string][]) {
  const request = { socket: { remoteAddress }, rawHeaders: headers.flat() };
  return callerAddress(request as unknown as IncomingMessage, isProxy);
}
const xff = (list: string): [string, string] => ['X-Forwarded-For', list];

test('without proxies the address is the socket’s', () => {
  assert.equal(from('203.0.113.9').address, '203.0.113.9');
  assert.equal(from('::ffff:203.0.113.9').address, '203.0.113.9');
  assert.equal(from('fe80::1%eth0').address, 'fe80::1');
});

test('headers that tell an address are refused from whoever is no configured proxy', () => {
  for (const name of ['X-Forwarded-For', 'x-forwarded-host', 'X-FORWARDED-PROTO']) {
    const { address, fault } = from('203.0.113.9', [name, '192.0.2.1']);
    assert.equal(address, null, name);
    assert.match(fault!.reason, /configured proxies only/);
  }
});

test('other headers of that kind are refused from proxies, too', () => {
  for (const name of ['Forwarded', 'X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP']) {
    for (const peer of ['203.0.113.9', PROXY]) {
      const { address, fault } = from(peer, xff('192.0.2.1'), [name, 'for=192.0.2.1']);
      assert.equal(address, null, `${name} from ${peer}`);
      assert.ok(fault!.reason.length > 0);
    }
  }
});

test('of what a proxy tells, the right-most hop that is no proxy counts', () => {
  const told: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.5, 192.0.2.1', '192.0.2.1'],
    // The caller's own inventions stand on the left, whatever they are.
    ['127.0.0.1, 010.1.1.1, <script>, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.1, 10.0.0.8', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['10.0.0.9, 10.0.0.8', '10.0.0.9'],
  ];
  for (const [list, address] of told) assert.equal(from(PROXY, xff(list)).address, address, list);
  assert.equal(from(`::ffff:${PROXY}`, xff('192.0.2.1')).address, '192.0.2.1');
});

test('a proxy that tells nothing, twice, or no plain address is refused', () => {
  assert.equal(from(PROXY).address, null);
  assert.equal(from(PROXY, xff('192.0.2.1'), xff('192.0.2.2')).address, null);
  const unclear = ['', '010.0.0.1', '192.0.519', '0xc0.0.2.1', '3221225985', '192.0.2.1:443'];
  for (const hop of [...unclear, '[2001:db8::1]', 'unknown', '_x', 'fe80::1%1', '192.0.2.1,']) {
    assert.equal(from(PROXY, xff(hop)).address, null, hop);
  }
  assert.equal(from(PROXY, xff(Array(21).fill('192.0.2.1').join())).address, null);
});
