// The command as a person runs it: exit codes, and what it says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  accessEntry,
  checkpointOf,
  filesOf,
  goodLedger,
  idOf,
  linesOf,
  logKey,
  scratch,
  writeDirectory,
} from './build-bundle.ts';
import { zipOf } from './write-zip.ts';

const COMMAND = fileURLToPath(new URL('../bin/worksmartly-verify.js', import.meta.url));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a good bundle: exit 0, what was proved, and what no bundle proves', (t) => {
  const lines = linesOf(goodLedger());
  const directory = scratch(t);
  const [zip, since] = [join(directory, 'evidence.zip'), join(directory, 'older')];
  writeFileSync(zip, zipOf(filesOf(lines), true));
  writeFileSync(since, checkpointOf(lines.slice(0, 11)));
  const plain = run(zip);
  assert.equal(plain.status, 0, plain.stderr);
  assert.match(plain.stdout, /^VERIFIED\n/);
  assert.match(plain.stdout, /log key not pinned: self-consistent only/);
  assert.match(plain.stdout, /Not proved/);
  const pinned = run(zip, '--key', logKey(1).vkey, '--since', since, '--json');
  assert.equal(pinned.status, 0, pinned.stderr);
  const report = JSON.parse(pinned.stdout);
  assert.equal(report.verified, true);
  assert.equal(report.since, 11);
  assert.deepEqual(
    report.notes.filter((note: string) => note.includes('pinned')),
    [],
  );
});

test('a bad bundle: exit 1, the reason and the entry', (t) => {
  const entries = [...goodLedger(), accessEntry(9, { actor: idOf('usr', 3) })];
  const path = writeDirectory(t, filesOf(linesOf(entries)));
  const { status, stdout } = run(path);
  assert.equal(status, 1);
  assert.match(stdout, new RegExp(`^REFUSED: actor-unknown at entry ${entries.length - 1}\n`));
});

test('a wrong call: exit 2 and the usage; help: exit 0', () => {
  for (const args of [
    [],
    ['a', 'b'],
    ['x', '--unknown'],
    ['x', '--key', 'nonsense'],
    ['x', '--since', 'no-such-file'],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, /usage:/);
  }
  assert.equal(run('no-such-bundle').status, 2);
  assert.equal(run('--help').status, 0);
});
