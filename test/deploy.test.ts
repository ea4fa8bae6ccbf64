/** What is deployed fits the program: names, paths and limits of the unit, the container recipe, the
 * health check and the manual. systemd checks its unit itself where it is installed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SETTINGS, unknownSettings } from '../src/server/settings.ts';
import { makeAuthority } from './support/certificates.ts';
import { tempDir } from './support/cluster.ts';
import { serverWith } from './support/pure-http.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the systemd unit', () => {
  const unit = read('deploy/worksmartly.service');
  const all = (name: string) =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  test('sets only what the server knows, and no secret but as a file', () => {
    const pairs = all('Environment').flatMap((line) => line.split(' '));
    const env = Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
    assert.deepEqual(unknownSettings(env), []);
    const known = SETTINGS.flatMap(({ name, secret }) => (secret ? [`${name}_FILE`] : [name]));
    for (const name of Object.keys(env)) assert.ok(known.includes(name), name);
    const credentials = all('LoadCredential').map((line) => line.split(':')[0]);
    const used = Object.values(env).flatMap((value) => /^%d\/(.*)$/.exec(value)?.[1] ?? []);
    assert.deepEqual(credentials, used);
    const seconds = Number(env.WORKSMARTLY_DRAIN_SECONDS) + Number(env.WORKSMARTLY_STOP_SECONDS);
    assert.ok(Number(all('TimeoutStopSec')[0]) > seconds + 15, 'systemd waits for the whole stop');
  });

  test('starts what is there, as nobody special, and can write nowhere else', () => {
    const [program = '', script = ''] = all('ExecStart')[0]!.split(' ');
    assert.ok(existsSync(join(ROOT, program.replace('/opt/worksmartly/', ''))));
    assert.ok(existsSync(join(ROOT, script)));
    for (const [name, value] of [
      ['User', 'worksmartly'],
      ['NoNewPrivileges', 'yes'],
      ['ProtectSystem', 'strict'],
      ['PrivateTmp', 'yes'],
      ['CapabilityBoundingSet', ''],
      ['LimitCORE', '0'],
    ] as const) {
      assert.deepEqual(all(name), [value]);
    }
  });

  const systemd = existsSync('/usr/bin/systemd-analyze');
  test('systemd finds no fault, and little exposure', {
    skip: !systemd && 'no systemd here',
  }, () => {
    const path = join(tempDir(), 'worksmartly.service');
    writeFileSync(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    assert.deepEqual([verified.status, verified.stderr.trim()], [0, '']);
    const args = ['security', '--offline=true', '--threshold=20', path];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
});

describe('the container recipe', () => {
  const recipe = read('deploy/Containerfile').replaceAll(/\\\n/g, ' ');
  const all = (name: string) =>
    [...recipe.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, value = '']) => value);

  test('copies what is there, runs what it copied, as nobody special', () => {
    const copied = all('COPY').filter((line) => !line.startsWith('--from'));
    for (const line of copied) {
      for (const source of line.split(/\s+/).slice(0, -1)) {
        assert.ok(existsSync(join(ROOT, source)), source);
      }
    }
    assert.deepEqual(all('USER'), ['10001:10001']);
    assert.deepEqual(all('ADD'), []);
    const sources = copied.flatMap((line) => line.split(/\s+/).slice(0, -1));
    for (const script of ['src/cli/main.ts', 'src/server/healthy.ts']) {
      assert.ok(recipe.includes(`"${script}"`) && existsSync(join(ROOT, script)));
      assert.ok(sources.includes(script.split('/')[0]!));
    }
  });

  test('sets only what the server knows, and no secret', () => {
    const names = [
      ...all('ENV')
        .join(' ')
        .matchAll(/(\w+)=/g),
    ].map(([, name = '']) => name);
    const open = SETTINGS.filter(({ secret }) => !secret).map(({ name }) => name);
    assert.ok(names.length > 2);
    for (const name of names) assert.ok(open.includes(name), name);
  });
});

describe('the health check of containers', () => {
  const healthy = async (env: Record<string, string>) => {
    const path = join(ROOT, 'src', 'server', 'healthy.ts');
    const child = spawn(process.execPath, [path], { env, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    return code as number;
  };

  test('succeeds where the server lives, with TLS or without, and fails where it does not', async () => {
    const { cert, key } = makeAuthority(tempDir()).issue();
    const tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    const plain = serverWith(() => ({})).app;
    const secure = serverWith(() => ({}), { tls: { ...tls, min: 'TLSv1.3' } }).app;
    const at = async (app: typeof plain) =>
      new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port;
    const port = await at(plain);
    assert.equal(await healthy({ WORKSMARTLY_PORT: port }), 0);
    const env = { WORKSMARTLY_PORT: await at(secure), WORKSMARTLY_TLS_CERT: cert };
    assert.equal(await healthy(env), 0);
    await plain.close();
    assert.equal(await healthy({ WORKSMARTLY_PORT: port }), 1);
  });
});

test('docs/operations.md explains every setting, with its default', () => {
  const manual = read('docs/operations.md');
  for (const { name, fallback = '–' } of SETTINGS) {
    const row = manual.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    assert.ok(row, name);
    const [, , told = ''] = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    assert.equal(told, fallback, name);
  }
});
