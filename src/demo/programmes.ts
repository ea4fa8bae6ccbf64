/** Programmes, policies and what came of them: how they come in, and what the story shows of them. */
import { callOperation, ProblemError } from '../cli/client.ts';
import type { Member } from './cast.ts';
import { importFile } from './import-file.ts';
import type { Narrator } from './narrator.ts';
import { EVALUATED, ownRecordFiles, UNREAD } from './people/own-record-files.ts';
import type { RecordFile } from './people/record-file.ts';
import { recordFiles } from './people/record-files.ts';
import type { StaffRow } from './people/staff-row.ts';
import type { Scene } from './set-up.ts';

type Connection = Parameters<typeof callOperation>[0];

interface Into {
  readonly client: { readonly id: string; readonly name: string };
  readonly staff: readonly StaffRow[];
  readonly asOf: string;
  readonly hr: Connection;
  /** Who takes the files about people in. */
  readonly by: Connection;
}

/** The first client's programmes and policies with all that came of them, and the second one's. */
export async function bringInRecords(first: Into, second: Into, tell: Narrator): Promise<void> {
  tell.chapter('Programmes, policies and what came of them');
  for (const { client, hr } of [first, second]) {
    await tell.step(`HR of ${client.name} puts programmes, policies and versions on record`, () =>
      takeIn(hr, client.id, ownRecordFiles()),
    );
  }
  const kinds = [
    'training',
    'absence',
    'enrolment',
    'outcome',
    'evaluation',
    'acknowledgement',
  ] as const;
  for (const file of recordFiles(first.staff, { seed: 'demo/a', asOf: first.asOf, kinds })) {
    await tell.step(
      `${first.client.name} sends ${file.name}, several rows per person`,
      () => takeIn(first.by, first.client.id, [file]),
      (added) => `${added} records`,
    );
  }
  const some = ['training', 'absence', 'acknowledgement'] as const;
  await tell.step(
    `${second.client.name} sends training, absences and signatures`,
    () =>
      takeIn(
        second.by,
        second.client.id,
        recordFiles(second.staff, { seed: 'demo/b', asOf: second.asOf, kinds: some }),
      ),
    (added) => `${added} records`,
  );
}

export async function tellProgrammes({ stage, first, cast }: Scene, tell: Narrator): Promise<void> {
  const as = (member: Member): Connection => ({ base: stage.base, token: member.token });
  const params = { c: first.id };
  tell.chapter('A programme is evaluated, and a policy acknowledged');
  await tell.step(
    `HR evaluates «${EVALUATED}»`,
    () =>
      callOperation(as(cast.hr), 'reports.run', {
        params: { ...params, id: 'programme-evaluation' },
        body: {},
      }),
    ({ columns, rows }) => {
      const names = columns.map((column) => (column as { id: string }).id);
      const row = rows.map((each) => each as unknown[]).find(([name]) => name === EVALUATED)!;
      const of = (id: string) => row[names.indexOf(id)];
      return (
        `${of('participants')} took part, ${of('completed')} completed; ${of('difference')} points ` +
        `more than those not enrolled (95 %: ${of('from')} to ${of('until')}), which proves no cause`
      );
    },
  );
  const sub = cast.staff.subject!;
  await tell.step(
    'A member of staff sees what is still to be read',
    () => callOperation(as(cast.staff), 'acknowledgements.due', { params: { ...params, sub } }),
    ({ items }) => items.map(({ policy, version }) => `«${policy}» ${version}`).join(', '),
  );
  const own = { ...params, sub, type: 'acknowledgement' };
  const { id: rec } = await tell.step('and acknowledges it', () =>
    callOperation(as(cast.staff), 'records.create', { params: own, body: { values: UNREAD } }),
  );
  const body = { until: '2099-01-01' };
  await tell.step(
    'HR, or anybody, who would clear that is refused',
    () =>
      callOperation(as(cast.hr), 'records.correct', { params: { ...own, rec }, body }).then(
        () => {
          throw new Error('an acknowledgement was cleared');
        },
        (error: unknown) => {
          if (error instanceof ProblemError) return error.problem;
          throw error;
        },
      ),
    ({ status, detail, promise }) => `${status} ${detail} [${promise}]`,
  );
}

/** One after the other; how many records they added. */
async function takeIn(by: Connection, client: string, files: readonly RecordFile[]) {
  let added = 0;
  for (const file of files) {
    const status = await importFile(by, client, 'commit', file);
    if (status.state !== 'done') {
      throw new Error(`${file.name}: ${status.state} ${JSON.stringify(status.errors[0])}`);
    }
    added += status.rows.added;
  }
  return added;
}
