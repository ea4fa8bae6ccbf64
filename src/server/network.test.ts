import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areOverlapping,
  type Network,
  networkTest,
  parseAddress,
  parseNetwork,
} from './network.ts';

test('an address has one spelling, and IPv4 in IPv6 is IPv4', () => {
  const spelled: [string, string | null][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::1', '::1'],
  ];
  for (const [text, canonical] of spelled) assert.equal(parseAddress(text), canonical, text);
});

test('what could be read in two ways is no address', () => {
  const texts = [
    '0300.0.2.7',
    '192.0.2.07',
    '0xc0.0.2.7',
    '192.0.519',
    '3221225991',
    '192.0.2.7:80',
  ];
  const more = [
    '[::1]',
    'fe80::1%eth0',
    ' 192.0.2.7',
    '192.0.2.7 ',
    '',
    'unknown',
    '_hidden',
    '::g',
  ];
  for (const text of [...texts, ...more]) assert.equal(parseAddress(text), null, text);
});

test('a network that is no premises is refused with the reason', () => {
  const faults: [string, RegExp][] = [
    ['0.0.0.0/0', /wider than \/8/],
    ['128.0.0.0/1', /wider than \/8/],
    ['10.0.0.0/7', /wider than \/8/],
    ['::/0', /wider than \/16/],
    ['2000::/15', /wider than \/16/],
    ['10.0.0.1/8', /an address, not a network/],
    ['2001:db8::1/32', /an address, not a network/],
    ['10.0.0.0', /length of its prefix/],
    ['10.0.0.0/33', /length of its prefix/],
    ['10.0.0.0/08', /length of its prefix/],
    ['10.0.0.0/8/8', /must be a network/],
    ['010.0.0.0/8', /must be a network/],
    ['10/8', /must be a network/],
    ['::ffff:10.0.0.0/104', /written as IPv4/],
  ];
  for (const [text, fault] of faults)
    assert.match((parseNetwork(text) as { fault: string }).fault, fault, text);
});

test('networks hold their addresses and no others, and overlaps are seen', () => {
  const network = (text: string) => parseNetwork(text) as Network;
  const isInside = networkTest(['192.0.2.0/25', '2001:db8:1::/48', '::1/128'].map(network));
  for (const text of ['192.0.2.0', '192.0.2.127', '2001:db8:1:ffff::9', '::1']) {
    assert.ok(isInside(text), text);
  }
  for (const text of ['192.0.2.128', '192.0.1.255', '2001:db8:2::', '::2', '0.0.0.1']) {
    assert.ok(!isInside(text), text);
  }
  assert.equal(network('2001:DB8:0::/32').cidr, '2001:db8::/32');
  const overlap = (a: string, b: string) => areOverlapping(network(a), network(b));
  assert.ok(overlap('10.0.0.0/8', '10.9.0.0/16'));
  assert.ok(overlap('2001:db8:1:2::/64', '2001:db8::/32'));
  assert.ok(!overlap('10.0.0.0/9', '10.128.0.0/9'));
  assert.ok(!overlap('10.0.0.0/8', '1000::/16'));
});
