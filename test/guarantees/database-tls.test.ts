/** A PostgreSQL server of one's own: reached over verified TLS or not at all, as a role that row-level
 * security stops, and only with a schema that this version knows. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/main.ts';
import { parseDatabaseUrl } from '../../src/server/vault/database-url.ts';
import { makeAuthority } from '../support/certificates.ts';
import { type TestDatabase, tempDir, testDatabase } from '../support/cluster.ts';
import { debianPrograms, launchDebian, networkConnection } from '../support/debian-postgres.ts';

const SECRET = 'tell-nobody';
const start = (env: Record<string, string>, data = tempDir()) => {
  const { config, secrets } = readConfig(
    { data, port: 0 },
    { WORKSMARTLY_CLIENT_RULES: 'open', ...env },
  );
  return startServer({ config, secrets, log: () => {} });
};

describe('what DATABASE_URL may say', () => {
  const notPem = join(tempDir(), 'not.pem');
  writeFileSync(notPem, 'not a certificate');
  const url = (rest: string) => `postgresql://ws_app:${SECRET}@${rest}`;
  const refused: [what: string, url: string][] = [
    ['another machine without TLS', url('db.example.test/ws')],
    ['another machine with TLS switched off', url('db.example.test/ws?sslmode=disable')],
    ['TLS without verification', url('db.example.test/ws?sslmode=require')],
    ['TLS that does not check the name', url('db.example.test/ws?sslmode=verify-ca')],
    ['TLS that trusts whoever answers', url('127.0.0.1/ws?sslmode=no-verify')],
    ['the driver’s own switch for it', url('db.example.test/ws?ssl=true')],
    ['a way round the checks', url('db.example.test/ws?sslmode=verify-full&uselibpqcompat=true')],
    ['settings of its own', url('db.example.test/ws?sslmode=verify-full&options=-c%20x%3Dy')],
    ['another host in a parameter', url('127.0.0.1/ws?host=db.example.test')],
    ['an address that only looks local', url('127.0.0.1.example.test/ws')],
    ['an authority that is none', url(`db/ws?sslmode=verify-full&sslrootcert=${notPem}`)],
    ['an authority that is not there', url('db/ws?sslmode=verify-full&sslrootcert=/nowhere')],
    ['no user', 'postgresql://127.0.0.1/ws'],
    ['no database', 'postgresql://ws_app@127.0.0.1'],
    ['another protocol', `mysql://ws_app:${SECRET}@127.0.0.1/ws`],
    ['nonsense', SECRET],
  ];
  for (const [what, text] of refused) {
    test(`${what} is refused, and nothing of it is repeated`, () => {
      const parsed = parseDatabaseUrl(text);
      assert.ok('fault' in parsed, what);
      assert.doesNotMatch(parsed.fault, /tell-nobody|example|ws_app/);
      const env = { DATABASE_URL: text, DATABASE_OWNER_URL: text };
      assert.throws(() => readConfig({}, env), /DATABASE_URL/);
    });
  }

  test('a loopback, a unix socket and verified TLS are accepted, with all they say', () => {
    const { caPath, ca } = makeAuthority(tempDir());
    const parsed = (rest: string) => {
      const result = parseDatabaseUrl(url(rest));
      assert.ok('connection' in result, rest);
      return result.connection;
    };
    const named = { user: 'ws_app', password: SECRET, database: 'ws' };
    assert.deepEqual(parsed('[::1]:5433/ws'), { ...named, host: '::1', port: 5433, ssl: false });
    const socket = { ...named, host: '/run/pg', port: 5432, ssl: false };
    assert.deepEqual(parsed('%2Frun%2Fpg/ws'), socket);
    assert.deepEqual(parsed('localhost/ws?host=/run/pg'), socket);
    const ssl = { minVersion: 'TLSv1.2', rejectUnauthorized: true };
    const far = { ...named, host: 'db.example.test', port: 5432 };
    assert.deepEqual(parsed('db.example.test/ws?sslmode=verify-full'), { ...far, ssl });
    const own = parsed(`db.example.test/ws?sslmode=verify-full&sslrootcert=${caPath}`);
    assert.deepEqual(own, { ...far, ssl: { ...ssl, ca } });
  });
});

describe('a server that is not to be trusted is not talked to', {
  skip: !debianPrograms() && 'the Debian package postgresql is not installed',
}, () => {
  let cluster: Awaited<ReturnType<typeof launchDebian>>;

  before(async () => {
    cluster = await launchDebian(tempDir(), { fsync: 'off' });
  });
  after(() => cluster?.stop());

  const urls = (host: string, ca: string) => {
    const { port, passwords } = cluster.address;
    const url = (role: 'app' | 'owner') =>
      `postgresql://ws_${role}:${passwords[role]}@${host}:${port}/worksmartly` +
      `?sslmode=verify-full&sslrootcert=${ca}`;
    return { DATABASE_URL: url('app'), DATABASE_OWNER_URL: url('owner') };
  };

  test('its certificate is of another authority', async () => {
    const { caPath } = makeAuthority(tempDir());
    const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    await assert.rejects(start(urls('127.0.0.1', caPath)), { code });
  });

  test('its certificate is for another name', async () => {
    // A name that leads to this machine and is not in the certificate.
    const started = start(urls('127.1', cluster.address.caPath));
    await assert.rejects(started, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('one that is to be trusted serves, by name and by address, over TLS 1.3 with a password', async () => {
    const directory = tempDir();
    for (const host of ['localhost', '127.0.0.1']) {
      const server = await start(urls(host, cluster.address.caPath), directory);
      const health = await fetch(`${server.url}/api/v1/health`);
      assert.equal(health.status, 200);
      const admin = new pg.Client(networkConnection(cluster.address, 'admin'));
      await admin.connect();
      const { rows } = await admin.query(`select distinct s.ssl, s.version,
          current_setting('server_version_num')::int / 10000 as major
        from pg_stat_ssl s join pg_stat_activity a using (pid) where a.usename = 'ws_app'`);
      await admin.end();
      await server.close();
      assert.deepEqual(
        rows.map(({ ssl, version }) => [ssl, version]),
        [[true, 'TLSv1.3']],
      );
      assert.ok(rows[0].major >= 15);
    }
  });

  test('without TLS the database does not answer either', async () => {
    const { ssl: _, ...plain } = networkConnection(cluster.address, 'app');
    await assert.rejects(new pg.Client({ ...plain, ssl: false }).connect(), { code: '28000' });
  });
});

describe('whoever serves is nobody special', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database?.drop());

  const startAs = (role: 'owner' | 'admin') => {
    const { config, secrets } = readConfig({ data: tempDir(), port: 0 }, {});
    const connections = { app: database.connection(role), owner: database.connection('owner') };
    return startServer({ config, secrets, connections, log: () => {} });
  };

  test('the owner of the tables does not serve', async () => {
    await assert.rejects(startAs('owner'), { code: 'serving-role', message: /owns tables/ });
  });

  test('a superuser does not serve', async () => {
    await assert.rejects(startAs('admin'), { code: 'serving-role', message: /superuser/ });
  });

  test('one and the same role for both is refused before anything is opened', () => {
    const url = 'postgresql://ws_owner@127.0.0.1/ws';
    const env = { DATABASE_URL: url, DATABASE_OWNER_URL: url };
    assert.throws(() => readConfig({}, env), /must name another role/);
  });

  test('a database that a newer version migrated is left alone', async () => {
    const owner = new pg.Client(database.connection('owner'));
    await owner.connect();
    await owner.query('insert into migration values (999)');
    const { config, secrets } = readConfig({ data: tempDir(), port: 0 }, {});
    const connections = { app: database.connection('app'), owner: database.connection('owner') };
    const started = startServer({ config, secrets, connections, log: () => {} });
    await assert.rejects(started, { code: 'schema-newer' });
    await owner.query('delete from migration where number = 999');
    await owner.end();
  });
});
