/** The two real staff files, from upload to report, against the figures that their source counts. No
 * value of a person is printed. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { must } from '../support/api.ts';
import { type HeldRow, importFile, openAll, type Sender } from '../support/imports.ts';
import { openWorld, type World } from '../support/world.ts';

const root = new URL('../../', import.meta.url);
const data = new URL('../shared/data/hr/', root);
const FILES = {
  montgomery: new URL('montgomery_county_md_employee_salaries_2016.csv', data),
  hrdataset: new URL('HRDataset_v14.csv', data),
};
type Name = keyof typeof FILES;
const absent = (name: Name) => !existsSync(FILES[name]) && `../shared has no file for ${name}`;

function imported(name: Name) {
  const mapping = readFileSync(new URL(`test/golden/mappings/${name}.json`, root), 'utf8');
  return { file: readFileSync(FILES[name]), mapping: JSON.parse(mapping) as unknown };
}

let world: World;
let sender: Sender;

before(async () => {
  world = await openWorld();
  const { url, otherHr, clients } = world;
  sender = { url, token: otherHr, client: clients[1] };
});

after(() => world?.close());

async function importedRows(name: Name): Promise<{ rows: HeldRow[]; count: number }> {
  const { file, mapping } = imported(name);
  const checked = await importFile(sender, 'check', file, mapping);
  assert.deepEqual([checked.state, checked.errorCount], ['done', 0]);
  const status = await importFile(sender, 'commit', file, mapping);
  assert.equal(status.state, 'done');
  assert.equal(status.rows.added, status.rows.read);
  const all = await openAll(world.server.house, sender.client);
  return { rows: all.filter((row) => row.body.via === status.id), count: status.rows.added };
}

async function total(query: Record<string, string>): Promise<number> {
  const { url, token, client } = sender;
  return (await must(url, token, 'people.list', { params: { c: client }, query })).total as number;
}

function counts(rows: readonly HeldRow[], type: string, element: string) {
  const found: Record<string, number> = {};
  for (const { body } of rows) {
    if (body.t !== type) continue;
    const value = String(body.e[element] ?? '');
    found[value] = (found[value] ?? 0) + 1;
  }
  return found;
}

describe('Montgomery', { skip: absent('montgomery') }, () => {
  test('9,228 people, with the sums and counts of the source', async () => {
    const { rows, count } = await importedRows('montgomery');
    assert.equal(count, 9_228);
    let cents = 0n;
    for (const { body } of rows) {
      if (body.t !== 'pay') continue;
      const { amount } = body.e.base as { amount: string };
      const [units, rest = ''] = amount.split('.');
      cents += BigInt(units + rest.padEnd(2, '0'));
    }
    assert.equal(cents, 67_724_456_660n);
    const { female, male } = counts(rows, 'demographic', 'sex');
    assert.deepEqual([female, male], [3_730, 5_481]);
    for (const [department, staff] of [
      ['POL', 1_844],
      ['HHS', 1_556],
      ['FRS', 1_311],
      ['DOT', 1_226],
      ['COR', 482],
    ] as const) {
      assert.equal(await total({ 'job.department': department }), staff, department);
    }
    assert.equal(await total({ 'employment.type': 'part-time' }), 834);
    assert.equal(await total({ 'employment.type': 'full-time' }), 8_394);
  });

  test('the same people again under generated numbers are refused, one error per row', async () => {
    const { file, mapping } = imported('montgomery');
    const generated = mapping as { key: object };
    assert.ok('generate' in generated.key, 'a file without staff numbers can only add');
    const again = await importFile(
      sender,
      'commit',
      Buffer.concat([file, Buffer.from('\n')]),
      mapping,
    );
    assert.deepEqual([again.state, again.errorCount], ['refused', 9_228]);
    assert.equal(again.errors.length, 1000);
  });
});

describe('HRDataset', { skip: absent('hrdataset') }, () => {
  test('311 people, 207 of them active, and by group as the source counts them', async () => {
    const { rows, count } = await importedRows('hrdataset');
    assert.equal(count, 311);
    const status = new Map<string, unknown>();
    for (const { subject, body } of rows) {
      if (body.t === 'employment') status.set(subject, body.e.status);
    }
    const groups: Record<string, number> = {};
    for (const { subject, body } of rows) {
      if (body.t !== 'demographic' || status.get(subject) !== 'active') continue;
      const { sex, race, hispanicLatino } = body.e;
      const group = `${hispanicLatino === true ? 'hispanic' : race} ${sex}`;
      groups[group] = (groups[group] ?? 0) + 1;
    }
    assert.deepEqual(groups, {
      'hispanic female': 10,
      'hispanic male': 9,
      'white female': 60,
      'white male': 51,
      'black female': 30,
      'black male': 17,
      'asian female': 11,
      'asian male': 9,
      'aian female': 2,
      'aian male': 1,
      'two-or-more female': 3,
      'two-or-more male': 4,
    });
    const active = await total({ 'employment.status': 'active', limit: '1' });
    assert.equal([...status.values()].filter((each) => each === 'active').length, 207);
    assert.ok(active >= 207);
  });

  test('the same staff again are found by their numbers and are unchanged', async () => {
    const { file, mapping } = imported('hrdataset');
    const again = await importFile(
      sender,
      'commit',
      Buffer.concat([file, Buffer.from('\r\n')]),
      mapping,
    );
    assert.deepEqual(again.rows, {
      read: 311,
      added: 0,
      changed: 0,
      unchanged: 311,
      discarded: 0,
      skipped: 0,
    });
  });
});
