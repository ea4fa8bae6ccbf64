/** TLS in the server itself: what it offers, what it refuses, how its certificate changes while it
 * runs, and that nobody is served in the clear by mistake. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { readConfig } from '../../src/server/config.ts';
import type { LogEvent } from '../../src/server/house.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { readTlsPair } from '../../src/server/tls-files.ts';
import { type IssuedCertificate, makeAuthority } from '../support/certificates.ts';
import { type TestDatabase, tempDir, testDatabase } from '../support/cluster.ts';
import { serverWith } from '../support/pure-http.ts';
import { startTestServer } from '../support/world.ts';

const authority = makeAuthority(tempDir());
const files = tempDir();
const paths = { cert: join(files, 'server.crt'), key: join(files, 'server.key') };
const tlsEnv = { WORKSMARTLY_TLS_CERT: paths.cert, WORKSMARTLY_TLS_KEY: paths.key };

function install({ cert, key }: IssuedCertificate): void {
  copyFileSync(cert, paths.cert);
  copyFileSync(key, paths.key);
  chmodSync(paths.key, 0o600);
}
install(authority.issue());

describe('the configuration', () => {
  const refusal = (env: NodeJS.ProcessEnv): string => {
    try {
      readConfig({ data: tempDir() }, env);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };

  test('nothing but this machine is served in the clear, unless a proxy is said to be there', () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'hr.example.test', '::ffff:192.0.2.1']) {
      assert.match(refusal({ WORKSMARTLY_HOST: host }), /WORKSMARTLY_TLS_CERT/, host);
      const proxied = { WORKSMARTLY_HOST: host, WORKSMARTLY_PLAINTEXT: 'behind-proxy' };
      assert.equal(refusal(proxied), 'accepted', host);
      assert.equal(refusal({ WORKSMARTLY_HOST: host, ...tlsEnv }), 'accepted', host);
    }
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost', '']) {
      assert.equal(refusal({ WORKSMARTLY_HOST: host }), 'accepted', host);
    }
  });

  test('a pair that cannot be used is refused at start, with the file at fault', () => {
    const other = authority.issue();
    const open = join(files, 'open.key');
    copyFileSync(other.key, open);
    chmodSync(open, 0o644);
    const garbage = join(files, 'garbage.crt');
    writeFileSync(garbage, 'secret words');
    const cases: [RegExp, string, string][] = [
      [/is not the key of/, paths.cert, other.key],
      [/open to other accounts: chmod 600/, other.cert, open],
      [/holds no certificate/, garbage, other.key],
      [/holds no certificate/, join(files, 'nothing'), other.key],
      [/cannot be read/, other.cert, join(files, 'nothing')],
    ];
    for (const [fault, cert, key] of cases) {
      const told = refusal({ WORKSMARTLY_TLS_CERT: cert, WORKSMARTLY_TLS_KEY: key });
      assert.match(told, fault);
      assert.doesNotMatch(told, /secret words|BEGIN/);
    }
    assert.match(refusal({ WORKSMARTLY_TLS_CERT: paths.cert }), /need each other/);
    const day = 86_400_000;
    assert.throws(() => readTlsPair(paths, Date.now() + 3 * day), /has expired/);
    assert.throws(() => readTlsPair(paths, Date.now() - 3 * day), /is not valid yet/);
  });

  test('every fault is told at once, and a mistyped name is one', () => {
    const told = refusal({
      WORKSMARTLY_PORT: '-1',
      WORKSMARTLY_TLS_MIN: '1.1',
      WORKSMARTLY_TLS_CRT: 'x',
      WORKSMARTLY_LOG: 'everything',
      WORKSMARTLY_METRICS_PORT: '9000',
      WORKSMARTLY_BATCH: 'all',
      DATABASE_URL: 'postgresql://ws_app@127.0.0.1/ws',
      WORKSMARTLY_ROOT_PASSPHRASE: 'a',
      WORKSMARTLY_ROOT_PASSPHRASE_FILE: 'b',
    });
    for (const name of ['PORT', 'TLS_MIN', 'TLS_CRT', 'LOG', 'METRICS_TOKEN', 'BATCH']) {
      assert.match(told, new RegExp(`WORKSMARTLY_${name}\\b`));
    }
    assert.match(told, /DATABASE_OWNER_URL/);
    assert.match(told, /which one is meant/);
    assert.equal(told.split('\n').length, 9);
  });

  test('secrets come from files that others cannot read, too', () => {
    const path = join(files, 'passphrase');
    writeFileSync(path, 'correct horse\n', { mode: 0o600 });
    const env = { WORKSMARTLY_ROOT_PASSPHRASE_FILE: path };
    assert.equal(readConfig({}, env).secrets.rootPassphrase, 'correct horse');
    chmodSync(path, 0o644);
    assert.match(refusal(env), /open to other accounts/);
  });
});

describe('the server', () => {
  let database: TestDatabase;
  const servers: RunningServer[] = [];
  const logged: LogEvent[] = [];
  let strict: RunningServer;
  let lenient: RunningServer;

  before(async () => {
    database = await testDatabase();
    const directory = tempDir();
    const start = async (env: Record<string, string>) => {
      const log = (event: LogEvent) => logged.push(event);
      const server = await startTestServer(database, directory, undefined, { env, log });
      servers.push(server);
      return server;
    };
    strict = await start(tlsEnv);
    lenient = await start({ ...tlsEnv, WORKSMARTLY_TLS_MIN: '1.2' });
  });
  after(async () => {
    for (const server of servers) await server.close();
    await database?.drop();
  });

  async function handshake(to: RunningServer, more: ConnectionOptions = {}): Promise<TLSSocket> {
    const port = Number(new URL(to.url).port);
    const socket = connect({ port, host: '127.0.0.1', ca: authority.ca, ...more });
    await once(socket, 'secureConnect');
    return socket;
  }

  async function agreed(to: RunningServer, more: ConnectionOptions = {}) {
    const socket = await handshake(to, more);
    const result = [socket.getProtocol(), socket.getCipher().standardName];
    socket.destroy();
    return result;
  }

  const refused = (to: RunningServer, more: ConnectionOptions) =>
    assert.rejects(handshake(to, more), /alert|handshake|protocol/i);

  test('speaks TLS 1.3, with keys that are exchanged safely from quantum computers', async () => {
    assert.deepEqual(await agreed(strict), ['TLSv1.3', 'TLS_AES_256_GCM_SHA384']);
    const only = { ecdhCurve: 'X25519MLKEM768' };
    assert.deepEqual(await agreed(strict, only), ['TLSv1.3', 'TLS_AES_256_GCM_SHA384']);
  });

  test('refuses TLS 1.2 unless told otherwise, and then only with forward secrecy and authenticated encryption', async () => {
    const old = { maxVersion: 'TLSv1.2' } as const;
    await refused(strict, old);
    const [version, cipher] = await agreed(lenient, old);
    assert.equal(version, 'TLSv1.2');
    assert.match(cipher!, /^TLS_ECDHE_ECDSA_WITH_(AES_\d+_GCM|CHACHA20)/);
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA256', 'AES128-SHA']) {
      await refused(lenient, { ...old, ciphers: `${ciphers}:@SECLEVEL=0` });
    }
    const older = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    } as const;
    await refused(lenient, older);
    assert.deepEqual(await agreed(lenient), ['TLSv1.3', 'TLS_AES_256_GCM_SHA384']);
  });

  test('resumes no session: no ticket’s key could open what was recorded', async () => {
    for (const options of [{}, { maxVersion: 'TLSv1.2' as const }]) {
      const first = await handshake(lenient, options);
      first.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(first, 'data');
      const session = first.getSession();
      first.destroy();
      const again = await handshake(lenient, { ...options, ...(session && { session }) });
      assert.equal(again.isSessionReused(), false);
      again.destroy();
    }
  });

  test('tells browsers to stay with TLS, in every answer, even to what is no request', async () => {
    const socket = await handshake(strict);
    socket.end('GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const good = Buffer.concat(await socket.toArray()).toString();
    assert.match(good, /^HTTP\/1\.1 200 .*strict-transport-security: max-age=63072000/is);
    const broken = await handshake(strict);
    broken.end('nonsense\r\n\r\n');
    const bad = Buffer.concat(await broken.toArray()).toString();
    assert.match(bad, /^HTTP\/1\.1 400 .*strict-transport-security: max-age=63072000/is);
  });

  test('answers nothing to who speaks no TLS', async () => {
    const socket = connectTcp(Number(new URL(strict.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
    const text = Buffer.concat(await socket.toArray().catch(() => [])).toString('latin1');
    assert.doesNotMatch(text, /HTTP\//);
  });

  /** The serial number of the certificate that a new connection is shown. */
  async function serial(): Promise<string> {
    const socket = await handshake(strict);
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }

  test('takes a new certificate while it runs, keeps the old one when the new pair is faulty, and drops no connection', async () => {
    const open = await handshake(strict);
    const health = async () => {
      open.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
      const [data] = await once(open, 'data');
      assert.match(String(data), /^HTTP\/1\.1 200 /);
    };
    await health();
    const first = await serial();
    const events = () => logged.splice(0).map(({ event }) => event);
    events();

    strict.tls.look();
    assert.deepEqual(events(), [], 'unchanged files are not read again');
    install(authority.issue());
    strict.tls.look();
    assert.deepEqual(events(), ['tls-reloaded']);
    const second = await serial();
    assert.notEqual(second, first);
    await health();

    copyFileSync(authority.issue().key, paths.key);
    for (let i = 0; i < 3; i++) strict.tls.look();
    assert.deepEqual(events(), ['tls-not-reloaded'], 'told once, not every minute');
    assert.equal(await serial(), second);
    chmodSync(paths.key, 0o644);
    strict.tls.reload();
    assert.deepEqual(events(), ['tls-not-reloaded']);
    assert.equal(await serial(), second);

    install(authority.issue());
    strict.tls.reload();
    assert.deepEqual(events(), ['tls-reloaded']);
    assert.notEqual(await serial(), second);
    await health();
    open.destroy();
  });

  test('its API works over it like over HTTP', async () => {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const url = `${strict.url}/api/v1/clients`;
      const headers = { authorization: 'Bearer wst_wrong' };
      const sent = request(url, { ca: authority.ca, headers }, async (got) => {
        const text = Buffer.concat(await got.toArray()).toString();
        resolve({ status: got.statusCode!, text });
      });
      sent.once('error', reject);
      sent.end();
    });
    assert.equal(answer.status, 401);
    assert.equal(JSON.parse(answer.text).type, 'urn:worksmartly:problem:not-authenticated');
  });
});

test('whoever begins no handshake is cut off', async () => {
  const { cert, key } = authority.issue();
  const pem = {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    min: 'TLSv1.3' as const,
  };
  const limits = { handshakeTimeoutMs: 20 };
  const { app } = serverWith(() => ({}), { tls: pem, limits });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connectTcp(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  assert.deepEqual(await socket.toArray(), []);
});
