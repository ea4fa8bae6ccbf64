/**
 * Debian's own PostgreSQL in DIR, set up as docs/operations.md says of a server of one's own: TLS with
 * a verified certificate, passwords, a role that owns and one that serves. TCP on the loopback only.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandonedLock } from '../../src/server/vault/postgres/abandoned-lock.ts';
import { DATA_DIRECTORY, serverEnvironment } from '../../src/server/vault/postgres/binaries.ts';
import { type Account, databaseAccount } from '../../src/server/vault/postgres/database-account.ts';
import { type Layout, prepareLayout } from '../../src/server/vault/postgres/layout.ts';
import { isPostmasterAlive, readPostmaster } from '../../src/server/vault/postgres/postmaster.ts';
import { createRoles, DATABASE, type Role } from '../../src/server/vault/postgres/roles.ts';
import { type Settings, settingArguments } from '../../src/server/vault/postgres/settings.ts';
import { startPostmaster } from '../../src/server/vault/postgres/start-postmaster.ts';
import { type IssuedCertificate, makeAuthority } from './certificates.ts';

/** How to reach such a cluster; crosses to other processes as JSON. */
export interface NetworkAddress {
  readonly port: number;
  readonly ca: string;
  readonly caPath: string;
  readonly passwords: Readonly<Record<Role, string>>;
}

export interface Started {
  readonly address: NetworkAddress;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Known {
  readonly address: NetworkAddress;
  readonly certificate: IssuedCertificate;
}

const PACKAGES = '/usr/lib/postgresql';
const VERSION_MIN = 15;
/** Of settings.ts, what PostgreSQL 15 does not have yet. */
const NEWER = new Set(['allow_alter_system=off']);

/** Clusters of this process by DIR: one that was killed comes back at the same address. */
const known = new Map<string, Known>();

/** The directory of the newest version's programs; undefined where the package is missing. */
export function debianPrograms(): string | undefined {
  if (!existsSync(PACKAGES)) return undefined;
  const versions = readdirSync(PACKAGES).map(Number);
  const programs = versions
    .filter((version) => version >= VERSION_MIN)
    .toSorted((a, b) => b - a)
    .map((version) => join(PACKAGES, String(version), 'bin'));
  return programs.find((bin) => existsSync(join(bin, 'initdb')));
}

/** Where the cluster of DIR listens; undefined when this process has started none there. */
export function debianAddress(dir: string): NetworkAddress | undefined {
  return known.get(dir)?.address;
}

/** Creates the cluster where there is none, then starts it. */
export async function launchDebian(dir: string, settings: Settings = {}): Promise<Started> {
  const bin = debianPrograms();
  if (!bin) throw new Error('The Debian package postgresql is not installed');
  const layout = prepareLayout(dir);
  const account = databaseAccount(layout.pg);
  const { address, certificate } = await describe(dir);
  const args = settingArguments(settings).filter((arg, i, all) => {
    const pair = arg === '-c' ? all[i + 1]! : arg;
    return !NEWER.has(pair);
  });
  if (!existsSync(layout.pg)) create(layout, account, bin, args, address, certificate);
  const listening = [
    ...['listen_addresses=127.0.0.1', `port=${address.port}`, 'unix_socket_directories='],
    ...['ssl=on', 'ssl_cert_file=server.crt', 'ssl_key_file=server.key'],
    'ssl_min_protocol_version=TLSv1.3',
  ].flatMap((setting) => ['-c', setting]);
  for (;;) {
    const running = readPostmaster(layout.pg);
    if (running && !isPostmasterAlive(running, layout.pg)) removeAbandonedLock(running, layout.pg);
    const started = await startPostmaster({
      layout,
      account,
      binaries: { bin },
      socketDir: '',
      settings: [...args, ...listening],
    });
    if (started.outcome === 'ready') return { address, pid: started.pid, stop: started.stop };
    if (started.outcome === 'failed')
      throw new Error(`PostgreSQL did not start: ${started.reason}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function describe(dir: string): Promise<Known> {
  const found = known.get(dir);
  if (found) return found;
  const secrets = mkdtempSync(join(tmpdir(), 'worksmartly-ca-'));
  process.once('exit', () => rmSync(secrets, { recursive: true, force: true }));
  const authority = makeAuthority(secrets);
  const password = () => randomBytes(24).toString('hex');
  const address = {
    port: await freePort(),
    ca: authority.ca,
    caPath: authority.caPath,
    passwords: { owner: password(), app: password(), admin: password() },
  };
  const made = { address, certificate: authority.issue() };
  known.set(dir, made);
  return made;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function create(
  { pg }: Layout,
  account: Account,
  bin: string,
  settings: readonly string[],
  { passwords }: NetworkAddress,
  certificate: IssuedCertificate,
): void {
  mkdirSync(pg, { mode: 0o700 });
  chownSync(pg, account.uid, account.gid);
  const initdb = [
    ...['-D', DATA_DIRECTORY, '--username=ws_admin', '--encoding=UTF8', '--locale=C.UTF-8'],
    ...['--data-checksums', '--auth=reject', '--no-instructions', '--no-sync'],
  ];
  runAs(account, pg, [join(bin, 'initdb'), ...initdb], '');
  const roles = (['owner', 'app', 'admin'] as const).map(
    (role) => `ALTER ROLE ws_${role} PASSWORD '${passwords[role]}';`,
  );
  const single = ['--single', '-D', DATA_DIRECTORY, '-c', 'exit_on_error=on', ...settings];
  const statements = `${[...createRoles, ...roles].join('\n')}\n`;
  runAs(account, pg, [join(bin, 'postgres'), ...single, 'postgres'], statements);
  writeFileSync(join(pg, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  copyFileSync(certificate.cert, join(pg, 'server.crt'));
  copyFileSync(certificate.key, join(pg, 'server.key'));
  for (const name of ['pg_hba.conf', 'server.crt', 'server.key']) {
    chownSync(join(pg, name), account.uid, account.gid);
  }
}

function runAs(account: Account, directory: string, command: string[], input: string): void {
  const [setpriv = '', ...args] = [...account.prefix, ...command];
  const data = openSync(directory, 'r');
  const { status, stderr } = spawnSync(setpriv, args, {
    cwd: '/',
    env: serverEnvironment,
    input,
    stdio: ['pipe', 'pipe', 'pipe', data],
    encoding: 'utf8',
  });
  closeSync(data);
  if (status !== 0) throw new Error(`${command[0]} failed: ${stderr}`);
}

/** What `pg` takes to reach `database` there as `role`. */
export function networkConnection(address: NetworkAddress, role: Role, database = DATABASE) {
  return {
    host: '127.0.0.1',
    port: address.port,
    user: `ws_${role}`,
    password: address.passwords[role],
    database,
    ssl: { ca: address.ca },
  };
}
