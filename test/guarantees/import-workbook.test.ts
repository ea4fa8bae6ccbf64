/** A workbook comes in like a CSV: what it is says its first bytes, and a hostile one stores nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../support/api.ts';
import { importFile, openAll, type Sender } from '../support/imports.ts';
import { inSheet } from '../support/read-workbook.ts';
import { cellXml, sheetXml, workbookOf, zipOf } from '../support/workbook.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let sender: Sender;

before(async () => {
  world = await openWorld();
  sender = { url: world.url, token: world.otherHr, client: world.clients[1] };
});

after(() => world?.close());

/** Says wrongly how dates and amounts are written: in a workbook they are what they are. */
const MAPPING = {
  version: 1,
  columns: {
    No: { element: 'employment.staffNumber' },
    First: { element: 'person.firstName' },
    Last: { element: 'person.lastName' },
    Hired: { element: 'employment.hireDate', transform: { date: 'MM/DD/YYYY' } },
    Title: { element: 'job.title' },
    Pay: {
      element: 'pay.base',
      transform: { money: { currency: 'USD', decimal: ',', group: '.' } },
    },
    Note: { discard: true },
  },
  constants: { 'pay.basis': 'annual', 'employment.status': 'active' },
  key: { element: 'employment.staffNumber' },
  effective: '2026-01-01',
};
const HEAD = ['No', 'First', 'Last', 'Hired', 'Title', 'Pay', 'Note'];

function row(at: number, number: string, hired: string, pay: string, note = ''): string {
  const cells = [number, 'Given', 'Family'].map((text, i) => cellXml(`${'ABC'[i]}${at}`, text));
  return `<row r="${at}">${cells.join('')}${hired}<c r="E${at}" t="s"><v>0</v></c>${pay}${note}</row>`;
}

function workbook(rows: string): Buffer {
  const head = HEAD.map((text, i) => cellXml(`${'ABCDEFG'[i]}1`, text)).join('');
  const xml = `<sheetData><row r="1">${head}</row>${rows}</sheetData>`;
  const sheets = [
    { name: 'Cover', xml: '' },
    { name: 'Staff', xml },
  ];
  return workbookOf({ sheets, strings: ['Clerk'], formats: ['dd/mm/yyyy'] });
}

const GOOD = workbook(
  row(2, 'W-1', '<c r="D2" s="1"><v>43831</v></c>', '<c r="F2"><v>61250.5</v></c>') +
    row(4, 'W-2', cellXml('D4', '12/31/2019'), cellXml('F4', '61.250,25')) +
    row(
      5,
      'W-3',
      '<c r="D5" s="1"><v>43832</v></c>',
      '<c r="F5"><f>2*3</f><v>1.234</v></c>',
      '<c r="G5" t="e"><v>#N/A</v></c>',
    ),
);

test('dates and amounts of a workbook are what they are, whatever the mapping says of text', async () => {
  const checked = await importFile(sender, 'check', GOOD, MAPPING);
  assert.deepEqual([checked.state, checked.rows.read, checked.errors], ['done', 3, []]);
  const status = await importFile(sender, 'commit', GOOD, MAPPING);
  assert.deepEqual([status.state, status.rows.added], ['done', 3]);
  const held = await openAll(world.server.house, sender.client);
  const own = held.filter((each) => each.body.via === status.id);
  const valuesOf = (type: string, element: string) =>
    own
      .filter(({ body }) => body.t === type)
      .map(({ body }) => body.e[element])
      .toSorted();
  assert.deepEqual(valuesOf('employment', 'hireDate'), ['2019-12-31', '2020-01-01', '2020-01-02']);
  const amounts = valuesOf('pay', 'base').map((pay) => (pay as { amount: string }).amount);
  assert.deepEqual(amounts.toSorted(), ['1.234', '61250.25', '61250.50']);
  assert.deepEqual(valuesOf('job', 'title'), ['Clerk', 'Clerk', 'Clerk']);
  const { rows } = (
    await world.server.house.database.batch(
      [sender.client.slice(4)],
      [{ name: 'test/left', text: 'select count(*)::int as rows from import_chunk', values: [] }],
    )
  )[0]![0] as { rows: number };
  assert.equal(rows, 0);
});

test('a cell that has no value is an error of its row and column, and nothing is stored', async () => {
  const bad = workbook(
    row(2, 'W-8', '<c r="D2" s="1"><v>60</v></c>', '<c r="F2"><f>1+1</f></c>') +
      row(7, 'W-9', '<c r="D7" t="e"><v>#REF!</v></c>', cellXml('F7', '1.5')),
  );
  const status = await importFile(sender, 'commit', bad, MAPPING);
  assert.equal(status.state, 'refused');
  assert.deepEqual(
    status.errors.map(({ row: at, column }) => [at, column]),
    [
      [2, 'Hired'],
      [2, 'Pay'],
      [7, 'Hired'],
      [7, 'Pay'],
    ],
  );
  assert.match(status.errors[1]!.reason, /formula without a stored value/);
});

test('the mapping can name the sheet, and one that is not there is refused', async () => {
  const sheets = [
    { name: 'A', xml: sheetXml([HEAD, ['1']]) },
    {
      name: 'B',
      xml: sheetXml([
        ['No', 'Sex'],
        ['W-1', 'female'],
      ]),
    },
  ];
  const mapping = {
    version: 1,
    columns: { No: { element: 'employment.staffNumber' }, Sex: { element: 'demographic.sex' } },
    key: { element: 'employment.staffNumber' },
  };
  const file = workbookOf({ sheets });
  assert.equal((await importFile(sender, 'check', file, { ...mapping, sheet: 'B' })).state, 'done');
  const missing = await importFile(sender, 'check', file, { ...mapping, sheet: 'C' });
  assert.match(missing.errors[0]!.reason, /no sheet/);
});

test('what a file is, its bytes say; hostile and foreign ones are refused whole', async () => {
  const { total } = await must(sender.url, sender.token, 'people.list', {
    params: { c: sender.client },
  });
  const doctype = inSheet(sheetXml([['No'], ['1']])).map((part) => ({
    ...part,
    bytes: String(part.bytes).replace('?>\n', '?>\n<!DOCTYPE x [<!ENTITY a "b">]>'),
  }));
  const files: [Buffer, RegExp][] = [
    [zipOf(doctype), /document type/],
    [zipOf([{ name: 'staff.csv', bytes: 'No\n1\n' }]), /archive and not an Excel workbook/],
    [Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), /old Excel file/],
    [GOOD.subarray(0, GOOD.length - 40), /damaged or was cut short/],
  ];
  for (const [file, reason] of files) {
    const status = await importFile(sender, 'commit', file, MAPPING);
    assert.deepEqual([status.state, status.errorCount], ['refused', 1]);
    assert.match(status.errors[0]!.reason, reason);
  }
  const after = await must(sender.url, sender.token, 'people.list', {
    params: { c: sender.client },
  });
  assert.equal(after.total, total);
});
