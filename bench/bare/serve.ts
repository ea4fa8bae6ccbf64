/**
 * Bare's server, a process of its own: the paths of FORMATS §5 that the bench calls. Started with
 * one argument, JSON of `BareConfig`; prints {"port"} and serves until its input ends.
 */
import { readFileSync } from 'node:fs';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { money } from '../../src/contract/schemas.ts';
import { newUuid } from '../../src/server/uuid.ts';
import type { Connection } from '../../src/server/vault/postgres/roles.ts';
import { correctRecord } from './correct-record.ts';
import { openBare } from './database.ts';
import { duckReports } from './duck-reports.ts';
import { importStaff } from './import-staff.ts';
import { listStaff } from './list-staff.ts';
import { everything, readPerson } from './read-person.ts';
import { runSqlReport } from './sql-reports.ts';
import { userFinder } from './tokens.ts';

export interface BareConfig {
  connection: Connection;
  /** The adopted catalogue as JSON. */
  catalogueFile: string;
}

const config = JSON.parse(process.argv[2] as string) as BareConfig;
const catalogue = JSON.parse(readFileSync(config.catalogueFile, 'utf8')) as Catalogue;
const database = openBare(config.connection);
const grant = everything(catalogue);
const inDuck = duckReports();
const findUser = userFinder(database);
const imports = new Map<string, { state: string; added: number; reason: string | null }>();

const id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, 'u'))
    .transform((text) => text.slice(prefix.length + 1));
const clientParams = z.strictObject({ c: id('cli') });
const subjectParams = clientParams.extend({ sub: id('sub') });
const recordParams = subjectParams.extend({ type: z.string().max(40), rec: id('rec') });
const personQuery = z.strictObject({ types: z.string().max(1000).optional() });
const correction = z.strictObject({
  values: z.record(z.string().max(40), z.union([z.string().max(1000), money])),
  revision: z.int().min(1).optional(),
});
const search = z.strictObject({
  q: z.string().trim().max(100).default(''),
  sort: z.string().max(90).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(200).default(50),
  filters: z.record(z.string().max(80), z.string().max(200)).default({}),
});
const variantQuery = z.strictObject({
  variant: z.enum(['plain', 'materialized']).default('plain'),
});
const reportParams = clientParams.extend({ id: z.enum(['headcount', 'joiners-leavers', 'eeo-1']) });
const reportParameters = z.strictObject({
  asOf: z.iso.date(),
  months: z.int().min(1).max(120).default(12),
  dimensions: z.array(z.literal('department')).max(1).default(['department']),
});
const engineQuery = z.strictObject({ engine: z.enum(['sql', 'duckdb']).default('sql') });
const reportBody = z.strictObject({
  parameters: reportParameters,
});

const app = Fastify({ bodyLimit: 256 * 1024 * 1024 });
await app.register(multipart, { limits: { fileSize: 1024 ** 3 } });
app.decorateRequest('user', '');
app.addHook('onRequest', async (request, reply) => {
  const user = await findUser(request);
  if (user === null) return reply.code(401).send();
  request.headers['x-user'] = user;
});

function userOf(request: FastifyRequest): string {
  return request.headers['x-user'] as string;
}

function answer(reply: FastifyReply, value: object | null, status = 200): FastifyReply {
  if (value === null) return reply.code(404).send({ title: 'Not found', status: 404 });
  const text = JSON.stringify(value);
  return reply.code(status).type('application/json; charset=utf-8').send(text);
}

const root = '/api/v1/clients/:c';

app.get(`${root}/staff/:sub`, async (request, reply) => {
  const { c, sub } = subjectParams.parse(request.params);
  personQuery.parse(request.query);
  return answer(reply, await readPerson(database, grant, c, sub, userOf(request)));
});

app.patch(`${root}/staff/:sub/records/:type/:rec`, async (request, reply) => {
  const { c, sub, type, rec } = recordParams.parse(request.params);
  const { values } = correction.parse(request.body);
  const user = userOf(request);
  const done = await correctRecord(database, {
    client: c,
    subject: sub,
    type,
    record: rec,
    user,
    values,
  });
  return answer(reply, done);
});

app.post(`${root}/staff/search`, async (request, reply) => {
  const { c } = clientParams.parse(request.params);
  const query = search.parse(request.body);
  const { variant } = variantQuery.parse(request.query);
  return answer(reply, await listStaff(database, variant, c, userOf(request), query));
});

app.post(`${root}/reports/:id/runs`, async (request, reply) => {
  const params = reportParams.parse(request.params);
  const { parameters } = reportBody.parse(request.body);
  const { engine } = engineQuery.parse(request.query);
  const run = engine === 'duckdb' ? inDuck : runSqlReport;
  const call = { client: params.c, user: userOf(request), report: params.id, parameters };
  const result = await run(database, catalogue, call);
  const id = `run_${newUuid(Date.now())}`;
  return answer(reply, { id, report: params.id, parameters, dataVersion: 1, ...result });
});

app.post(`${root}/imports`, async (request, reply) => {
  const { c } = clientParams.parse(request.params);
  const user = userOf(request);
  let file: Buffer = Buffer.alloc(0);
  let mapping: unknown;
  for await (const part of request.parts()) {
    if (part.type === 'file' && part.fieldname === 'file') file = await part.toBuffer();
    else if (part.type === 'file') mapping = JSON.parse((await part.toBuffer()).toString('utf8'));
    else mapping = JSON.parse(part.value as string);
  }
  const id = newUuid(Date.now());
  const job = { state: 'running', added: 0, reason: null as string | null };
  imports.set(id, job);
  importStaff(database.pool, catalogue, { client: c, user, file, mapping }).then(
    (added) => Object.assign(job, { state: 'done', added }),
    (error: Error) => Object.assign(job, { state: 'failed', reason: error.message }),
  );
  return answer(reply, { id: `imp_${id}` }, 202);
});

app.get(`${root}/imports/:id`, async (request, reply) => {
  const params = clientParams.extend({ id: id('imp') }).parse(request.params);
  const job = imports.get(params.id);
  if (job === undefined) return answer(reply, null);
  const rows = { read: job.added, added: job.added, changed: 0, unchanged: 0, discarded: 0 };
  const errors = job.reason === null ? [] : [{ row: 0, column: '', reason: job.reason }];
  return answer(reply, {
    id: `imp_${params.id}`,
    state: job.state,
    rows,
    errorCount: errors.length,
    errors,
  });
});

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(
  `${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`,
);
process.stdin.resume();
process.stdin.on('end', () => {
  void app.close().then(() => database.close());
});
