/** The story: authorised people work, everybody else is refused with a reason, and an outsider checks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyBundle } from '#verifier/verify.ts';
import { callOperation, openCall, ProblemError } from '../cli/client.ts';
import { operation } from '../contract/operations.ts';
import { assign, register, signNda } from './cast.ts';
import type { Narrator } from './narrator.ts';
import { tellProgrammes } from './programmes.ts';
import type { Scene } from './set-up.ts';

type Connection = Parameters<typeof callOperation>[0];

export async function tellStory(scene: Scene, tell: Narrator): Promise<void> {
  await work(scene, tell);
  await tellProgrammes(scene, tell);
  await refusals(scene, tell);
  await proof(scene, tell);
}

async function work({ stage, first, cast, staff }: Scene, tell: Narrator): Promise<void> {
  const as = (token: string): Connection => ({ base: stage.base, token });
  const params = { c: first.id };
  tell.chapter('Authorised people work with it');
  const { familyName } = staff[40]!;
  const found = await tell.step(
    `Servicing searches for «${familyName.slice(0, 4)}»`,
    () =>
      callOperation(as(cast.servicing.token), 'people.list', {
        params,
        query: { q: familyName.slice(0, 4) },
      }),
    (list) => `${list.total} of ${staff.length} people`,
  );
  await tell.step(
    'opens a person file',
    () =>
      callOperation(as(cast.servicing.token), 'people.read', {
        params: { ...params, sub: found.items[0]!.id },
      }),
    (file) => {
      const [element] = file.types[0]!.records[0]!.elements;
      return `${file.types.length} record types; each element says why («${element!.why}») and how long`;
    },
  );
  await tell.step(
    'A manager sees the own reports, and of them no pay',
    () => callOperation(as(cast.manager.token), 'people.list', { params }),
    (list) => `${list.total} people`,
  );
  await tell.step(
    'Headcount by department',
    () =>
      callOperation(as(cast.hr.token), 'reports.run', {
        params: { ...params, id: 'headcount' },
        body: {},
      }),
    (run) =>
      run.rows
        .slice(0, 4)
        .map((row) => (row as unknown[]).join(' '))
        .join(', '),
  );
  const reports = await callOperation(as(cast.hr.token), 'reports.list', { params });
  const eeo = reports.items.find((report) => report.id.startsWith('eeo'))!.id;
  await tell.step(
    'The EEO-1 matrix, for whoever has rights on demographic data',
    () =>
      callOperation(as(cast.hr.token), 'reports.run', { params: { ...params, id: eeo }, body: {} }),
    (run) => `${run.rows.length} rows of ${run.columns.length} columns`,
  );
  await tell.step(
    'The same for the executive, with small cells withheld',
    () =>
      callOperation(as(cast.executive.token), 'reports.run', {
        params: { ...params, id: eeo },
        body: {},
      }),
    (run) => `${run.withheld} figures withheld`,
  );
}

async function refusals({ stage, first, second, cast }: Scene, tell: Narrator): Promise<void> {
  const as = (token: string): Connection => ({ base: stage.base, token });
  const list = (token: string, c: string, purpose?: string) => () =>
    callOperation(as(token), 'people.list', { params: { c }, purpose });
  tell.chapter('Everybody else is refused, and hears which promise that keeps');
  await refused(
    tell,
    'A provider employee without an assignment',
    list(cast.outsider.token, first.id),
  );
  await refused(
    tell,
    'Servicing, with the id of another client',
    list(cast.servicing.token, second.id),
  );
  await refused(
    tell,
    'Servicing, for a purpose that was not instructed',
    list(cast.servicing.token, first.id, 'study'),
  );
  const body = { side: 'provider' as const, roles: ['servicing'], name: 'lapsed person' };
  const lapsed = await register(stage, stage.administrator, body);
  const until = stage.now() + 2000;
  await signNda(stage, lapsed, new Date(until).toISOString());
  await assign(stage, { client: first.id, user: lapsed, hr: cast.hr.token });
  await tell.step(
    'Somebody whose agreement still runs for a moment is let in',
    list(lapsed.token, first.id),
  );
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - stage.now()) + 20));
  await refused(tell, 'and refused the moment it has lapsed', list(lapsed.token, first.id));
}

async function refused(tell: Narrator, title: string, run: () => Promise<unknown>): Promise<void> {
  await tell.step(
    title,
    () =>
      run().then(
        () => {
          throw new Error(`${title}: was not refused`);
        },
        (error: unknown) => {
          if (error instanceof ProblemError) return error.problem;
          throw error;
        },
      ),
    (problem) =>
      `${problem.status} ${problem.detail}${problem.promise ? ` [${problem.promise}]` : ''}`,
  );
}

async function proof({ stage, first, cast }: Scene, tell: Narrator): Promise<void> {
  tell.chapter('An outsider checks all of it offline');
  const directory = mkdtempSync(join(tmpdir(), 'worksmartly-demo-'));
  try {
    const path = join(directory, 'evidence.zip');
    const connection = { base: stage.base, token: cast.executive.token };
    await tell.step('The executive takes the evidence bundle home', async () => {
      const response = await openCall(connection, operation('evidence.export'), {
        params: { c: first.id },
      });
      writeFileSync(path, Buffer.from(await response.arrayBuffer()));
    });
    await tell.step(
      'The verifier, a program of its own, finds it sound',
      () => verifyBundle(path, {}),
      (report) => {
        if (!report.verified) throw new Error('the evidence did not verify');
        return `${report.size} entries, every access covered by the facts before it`;
      },
    );
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path, bytes);
    await tell.step(
      'One bit of it flipped',
      () => verifyBundle(path, {}),
      (report) => {
        if (report.verified) throw new Error('a changed bundle was taken for sound');
        return `refused: ${report.failure?.reason}`;
      },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
