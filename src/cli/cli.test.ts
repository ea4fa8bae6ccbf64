import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../../test/support/run-command.ts';
import { COMMANDS } from './commands.ts';
import { textTable } from './text-table.ts';

/** FORMATS §4. */
const PROMISED = [
  'serve',
  'demo',
  'doctor',
  'catalogue',
  'client',
  'user',
  'import',
  'report',
  'evidence',
  'verify',
  'bench',
];

test('every promised command is there, and each has help on standard output', async () => {
  for (const word of PROMISED) {
    const { code, out } = await runCommand([word, '--help']);
    assert.equal(code, 0, word);
    assert.ok(out.startsWith(`usage: worksmartly ${word}`), word);
  }
  for (const { name, summary } of COMMANDS) {
    const { code, out, err } = await runCommand([...name.split(' '), '--help']);
    assert.equal(code, 0);
    assert.equal(err, '');
    assert.ok(out.includes(summary) && out.includes('--json') && out.includes('--help'), name);
  }
  const overall = await runCommand(['--help']);
  assert.equal(overall.code, 0);
  for (const { name } of COMMANDS) assert.ok(overall.out.includes(name));
});

test('what cannot be understood is exit code 2 and leaves standard output empty', async () => {
  const connected = { WORKSMARTLY_URL: 'http://127.0.0.1:1', WORKSMARTLY_TOKEN: 'wst_x' };
  const wrong: [string[], NodeJS.ProcessEnv?][] = [
    [[]],
    [['nonsense']],
    [['import']],
    [['import', 'nonsense']],
    [['client', 'list']],
    [['client', 'list', '--url', 'http://127.0.0.1:1']],
    [['client', 'list', '--url', 'file:///etc', '--token', 'x']],
    [['client', 'list', '--nonsense'], connected],
    [['client', 'list', 'too', 'many'], connected],
    [['client', 'status', 'cli_x'], connected],
    [['client', 'status', 'cli_x', 'gone'], connected],
    [['evidence', '--client', 'cli_x'], connected],
    [['evidence', '--client'], connected],
    [['call', 'people.nonsense'], connected],
    [['call', 'people.list'], connected],
    [['call', 'people.list', '--client', '..'], connected],
    [['call', 'people.list', '--query', 'q'], connected],
    [['call', 'clients.open', '--body', '{'], connected],
    [['report', 'run', 'headcount', '--client', 'x', '--param', '=1'], connected],
    [['bench', '--quick', '--full']],
    [['doctor', 'accept-rollback', '--client', 'x', '--by', 'me']],
    [['serve', '--first-administrator', 'nobody']],
  ];
  for (const [args, env] of wrong) {
    const { code, out, err } = await runCommand(args, env);
    assert.equal(code, 2, args.join(' '));
    assert.equal(out, '', args.join(' '));
    assert.notEqual(err, '', args.join(' '));
  }
});

test('a server that does not answer is exit code 1', async () => {
  const env = { WORKSMARTLY_URL: 'http://127.0.0.1:1', WORKSMARTLY_TOKEN: 'wst_x' };
  const { code, err } = await runCommand(['client', 'list'], env);
  assert.equal(code, 1);
  assert.match(err, /no answer from/);
});

test('the catalogue can be checked and printed without a server', async () => {
  const checked = await runCommand(['catalogue', 'check', '--json']);
  assert.equal(checked.code, 0);
  assert.equal(JSON.parse(checked.out).ok, true);
  const printed = await runCommand(['catalogue', 'print']);
  assert.equal(printed.code, 0);
  assert.match(printed.out, /^# Procedure manual/);
  const missing = await runCommand(['catalogue', 'print', '--dir', 'no-such-catalogue']);
  assert.equal(missing.code, 1);
});

test('a table sends no control character and no reordering mark to the terminal', () => {
  const lines = textTable(['name', 'n'], [['a\u001b[31m\u202eb\n', 12]]);
  assert.deepEqual(lines, ['name        n', '---------  --', 'a\ufffd[31m\ufffdb\ufffd  12']);
});
