// From where and when: provider staff reach data from an open office or VPN pool within its hours and the
// client's, or under an exception; nothing that a caller can say changes where the call comes from.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, iso, movableClock, SECOND } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { ALWAYS, LOOPBACK, openOffice } from '../support/premises.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const WEEKDAYS = { days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' };
const ELSEWHERE = ['198.51.100.0/24'];

let clock: Clock;
let world: World;
before(async () => {
  // Monday, 3 June 2024, 9:00 in UTC, 11:00 in Berlin.
  clock = movableClock();
  world = await openWorld({ now: clock.now });
});
after(() => world?.close());

const people = (headers: Record<string, string> = {}, url = world.url) =>
  ask(url, world.tokens.servicing, 'people.list', { params: { c: world.clients[0] }, headers });

async function refusedFor(...reasons: string[]) {
  const { status, json, text } = await people();
  assert.equal(status, 403, text.slice(0, 300));
  assert.deepEqual(json.reasons, reasons);
  assert.equal(json.promise, 'where-and-when');
  assert.ok(json.detail.length > 20);
}

async function lastPlace() {
  const params = { c: world.clients[0] };
  const { entries } = await must(world.url, world.tokens.auditor, 'ledger.entries', {
    params,
    query: { limit: '1000' },
  });
  return entries.findLast((entry: { op: string }) => entry.op === 'people.list').context.place;
}

/** Closes what is open, and opens this for all tests' address. */
let current: string | undefined;
async function only(more: object): Promise<string> {
  const { administrator } = world.tokens;
  const open = current;
  current = undefined;
  if (open) await must(world.url, administrator, 'offices.close', { params: { id: open } });
  current = await openOffice(world.url, administrator, more);
  return current;
}

/** Moves the clock to this time of Berlin. */
function moveTo(text: string): void {
  clock.pass(Date.parse(text) - clock.now());
}

test('while the provider has no office, nothing is checked, and entries say so', async () => {
  assert.equal((await people()).status, 200);
  assert.deepEqual(await lastPlace(), { kind: 'unchecked', id: null });
});

describe('with offices', () => {
  test('somebody elsewhere is refused, and entries name the office of everybody else', async () => {
    await only({ networks: ELSEWHERE });
    await refusedFor('outside-premises');
    const id = await only({});
    assert.equal((await people()).status, 200);
    assert.deepEqual(await lastPlace(), { kind: 'office', id });
    const pool = await only({ kind: 'vpn' });
    assert.equal((await people()).status, 200);
    assert.deepEqual(await lastPlace(), { kind: 'vpn', id: pool });
  });

  test('the client’s own users work from where they like', async () => {
    await only({ networks: ELSEWHERE });
    const asked = { params: { c: world.clients[0] } };
    assert.equal((await ask(world.url, world.tokens.hr, 'people.list', asked)).status, 200);
    assert.deepEqual(await lastPlace(), { kind: 'unchecked', id: null });
  });

  test('the first and the last second of a day are worked, those beside them are not', async () => {
    await only({ hours: [WEEKDAYS] });
    moveTo('2024-06-04T08:59:59.999+02:00');
    await refusedFor('outside-hours');
    moveTo('2024-06-05T09:00:00.000+02:00');
    assert.equal((await people()).status, 200);
    moveTo('2024-06-05T16:59:59.999+02:00');
    assert.equal((await people()).status, 200);
    clock.pass(1);
    await refusedFor('outside-hours');
  });

  test('a request that begins before closing and would end after it gets nothing', async () => {
    moveTo('2024-06-06T16:59:59.000+02:00');
    const { house } = world.server;
    const { database } = house;
    const segments = database.segments.bind(database);
    // The clock strikes while the first answer is on its way into the ledger; that one was in time.
    let isFirst = true;
    Object.assign(database, {
      segments: async (...of: Parameters<typeof segments>) => {
        if (isFirst) clock.pass(SECOND);
        isFirst = false;
        return segments(...of);
      },
    });
    try {
      const answers = await Promise.all([people(), people(), people(), people()]);
      const statuses = new Set(answers.map(({ status }) => status));
      assert.ok(statuses.has(403), [...statuses].join());
    } finally {
      Object.assign(database, { segments });
    }
    await refusedFor('outside-hours');
  });

  test('public holidays and further closed days of the place are not worked', async () => {
    const { administrator } = world.tokens;
    const body = {
      ...{ kind: 'office', name: 'Munich', zone: 'Europe/Berlin', hours: [ALWAYS] },
      ...{ networks: ['203.0.113.128/25'], holidays: { country: 'DE', state: 'BY' } },
      closed: ['2024-06-28'],
      until: null,
    };
    const { closed } = await must(world.url, administrator, 'offices.open', { body });
    // Corpus Christi is one in Bavaria; the day of unity everywhere, in each of the next years.
    for (const date of ['2024-05-30', '2024-10-03', '2025-10-03', '2026-10-03', '2024-06-28']) {
      assert.ok(closed.includes(date), date);
    }
    await only({ closed: ['2024-06-28'] });
    moveTo('2024-06-27T23:59:59.999+02:00');
    assert.equal((await people()).status, 200);
    moveTo('2024-06-28T00:00:00.000+02:00');
    await refusedFor('outside-hours');
    moveTo('2024-06-29T00:00:00.000+02:00');
    assert.equal((await people()).status, 200);
  });

  test('the hours that the client has agreed narrow those of the office', async () => {
    await only({});
    const params = { c: world.clients[0] };
    const body = { zone: 'America/Los_Angeles', hours: [WEEKDAYS], until: null };
    const { id } = await must(world.url, world.tokens.hr, 'hours.agree', { params, body });
    moveTo('2024-07-01T12:00:00+02:00');
    await refusedFor('outside-hours');
    moveTo('2024-07-01T12:00:00-07:00');
    assert.equal((await people()).status, 200);
    await must(world.url, world.tokens.executive, 'hours.end', { params: { ...params, id } });
    moveTo('2024-07-02T12:00:00+02:00');
    assert.equal((await people()).status, 200);
  });

  test('an office that takes the place of another closes it in the same moment', async () => {
    const replaced = current!;
    current = undefined;
    const id = await only({ replaces: replaced, kind: 'vpn' });
    const { items } = await must(world.url, world.tokens.security, 'offices.list');
    const open = items.filter((item: { networks: string[] }) =>
      item.networks.includes(LOOPBACK[0]!),
    );
    assert.deepEqual(
      open.map((item: { id: string }) => item.id),
      [id],
    );
    assert.equal((await people()).status, 200);
    const again = { params: { id: replaced } };
    const closing = await ask(world.url, world.tokens.administrator, 'offices.close', again);
    assert.equal(closing.status, 404);
  });

  test('a client that is opened later knows the offices from its first day', async () => {
    const body = { name: 'Later Ltd', jurisdictions: ['US'] };
    const opened = await must(world.url, world.tokens.administrator, 'clients.open', { body });
    const state = (await world.server.house.ledgers.find(opened.id.slice(4)))!;
    assert.ok(state.authority.offices.has(current!));
  });
});

describe('what a caller says of its address', () => {
  const spoofs: Record<string, string>[] = [
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': '127.0.0.1, 127.0.0.1' },
    { 'x-forwarded-for': '::ffff:127.0.0.1' },
    { 'x-forwarded-for': '0177.0.0.1' },
    { 'X-FORWARDED-FOR': '127.1' },
    { forwarded: 'for=127.0.0.1;by=10.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { 'true-client-ip': '127.0.0.1' },
    { 'cf-connecting-ip': '127.0.0.1' },
    { 'x-client-ip': '127.0.0.1' },
    { 'x-forwarded-host': 'localhost' },
  ];

  test('is refused with the reason, from inside and outside the premises', async () => {
    for (const networks of [ELSEWHERE, LOOPBACK]) {
      await only({ networks });
      for (const headers of spoofs) {
        forgetRefusals(clock);
        const { status, json, text } = await people(headers);
        assert.equal(status, 400, `${JSON.stringify(headers)}: ${text.slice(0, 200)}`);
        const [name] = Object.keys(headers);
        assert.deepEqual(json.faults[0].at, `header.${name!.toLowerCase()}`);
        assert.match(json.faults[0].reason, /leave it out/);
      }
    }
  });

  test('sent twice, or as a PROXY line, is refused as well', async () => {
    const { port } = new URL(world.url);
    const path = `/api/v1/clients/${world.clients[0]}/staff`;
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1');
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
        socket.write(text);
      });
    const token = `Authorization: Bearer ${world.tokens.servicing}\r\nConnection: close\r\n`;
    const twice = 'X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\n';
    forgetRefusals(clock);
    assert.match(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\n${token}${twice}\r\n`), / 400 /);
    const line = 'PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n';
    assert.match(await raw(`${line}GET ${path} HTTP/1.1\r\nHost: x\r\n${token}\r\n`), / 400 /);
  });

  test('counts only from a configured proxy, and of that the right-most hop that is none', async () => {
    const { database, directory, server } = world;
    const env = { WORKSMARTLY_PROXIES: '127.0.0.1/32' };
    const behind = await startTestServer(database, directory, clock.now, { env });
    try {
      await only({ networks: ELSEWHERE });
      const told = async (list?: string) => {
        forgetRefusals(clock);
        return people(list === undefined ? {} : { 'x-forwarded-for': list }, behind.url);
      };
      assert.equal((await told('198.51.100.7')).status, 200);
      assert.equal((await told('203.0.113.1, 198.51.100.7')).status, 200);
      assert.equal((await told('::ffff:198.51.100.7')).status, 200);
      const outside = await told('198.51.100.7, 203.0.113.1');
      assert.deepEqual([outside.status, outside.json.reasons], [403, ['outside-premises']]);
      for (const list of [undefined, '', '198.51.100.7:80', '0306.51.100.7', 'unknown']) {
        assert.equal((await told(list)).status, 400, String(list));
      }
      assert.notEqual(behind.url, server.url);
    } finally {
      await behind.close();
    }
  });
});

test('places and hours that cannot be are refused with the reason, and nothing is changed', async () => {
  const { url, tokens, server } = world;
  const before = server.house.ledgers.provider.authority.offices.size;
  const base = {
    kind: 'office',
    name: 'X',
    zone: 'UTC',
    hours: [ALWAYS],
    networks: ['192.0.2.0/24'],
  };
  const bad: [object, RegExp][] = [
    [{ networks: ['0.0.0.0/0'] }, /wider than/],
    [{ networks: ['::/0'] }, /wider than/],
    [{ networks: ['192.0.2.0/24', '11.0.0.0/7'] }, /wider than/],
    [{ networks: ['192.0.2.1/24'] }, /an address, not a network/],
    [{ networks: ['0300.0.2.0/24'] }, /must be a network/],
    [{ networks: ['192.0.2.0/24', '192.0.2.128/25'] }, /overlaps another network/],
    [{ networks: ['198.51.100.0/28'] }, /overlaps a network of another office/],
    [{ networks: [] }, /./],
    [{ zone: 'Europe/Atlantis' }, /time zone/],
    [{ zone: '+02:00' }, /./],
    [{ hours: [{ days: [1], from: '17:00', until: '09:00' }] }, /open before it closes/],
    [{ hours: [{ days: [8], from: '09:00', until: '17:00' }] }, /./],
    [{ hours: [{ days: [1], from: '9:00', until: '25:00' }] }, /./],
    [{ hours: [ALWAYS, { ...WEEKDAYS, days: [1] }] }, /overlaps others of the same day/],
    [{ holidays: { country: 'XX' } }, /country/],
    [{ holidays: { country: 'DE', state: 'CA' } }, /state/],
    [{ closed: ['2026-02-30'] }, /./],
    [{ from: iso(clock.now() + HOUR), until: iso(clock.now()) }, /later than from/],
  ];
  for (const [more, reason] of bad) {
    const body = { ...base, until: null, ...more };
    const { status, text } = await ask(url, tokens.administrator, 'offices.open', { body });
    assert.equal(status, 400, `${JSON.stringify(more)}: ${text}`);
    assert.match(text, reason, JSON.stringify(more));
  }
  assert.equal(server.house.ledgers.provider.authority.offices.size, before);
});

test('an outsider finds every access of this day covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
