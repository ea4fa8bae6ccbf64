/** What belongs to the second client, so that tests can try to reach it from the first. */
import { must } from './api.ts';
import { documentUpload, pdfFile } from './documents.ts';
import { leaveAlert } from './left-alert.ts';
import { leaveJob } from './left-job.ts';
import { ALWAYS, grantException } from './premises.ts';
import { DOCUMENT, instruction, mappingOf, staffFile, upload } from './request-bodies.ts';
import { openReview } from './reviews.ts';
import { enrol } from './sign-in.ts';
import { newOffer, newSigner } from './signing.ts';
import type { World } from './world.ts';

export interface ForeignIds {
  readonly client: string;
  readonly subject: string;
  readonly alert: string;
  readonly canary: string;
  readonly record: string;
  readonly clientRecord: string;
  readonly user: string;
  readonly token: string;
  readonly recovery: string;
  readonly import: string;
  readonly contract: string;
  readonly document: string;
  readonly preview: string;
  readonly agreementRecord: string;
  readonly clientDocument: string;
  readonly agreement: string;
  readonly notice: string;
  readonly instruction: string;
  readonly assignment: string;
  readonly hours: string;
  readonly exception: string;
  readonly proposal: string;
  readonly cursor: string;
  readonly job: string;
  readonly run: string;
  readonly schedule: string;
  readonly offer: string;
  readonly suspension: string;
  readonly review: string;
  readonly text: string;
}

export async function makeForeignIds(world: World): Promise<ForeignIds> {
  const { url, otherHr, otherPerson, clients, tokens } = world;
  const params = { c: clients[1] };
  const { users } = await must(url, otherHr, 'authority.read', { params });
  const userWith = (role: string): string =>
    users.find((user: { roles: string[] }) => user.roles.includes(role)).user;
  const issued = await must(url, otherHr, 'tokens.issue', {
    params: { id: userWith('executive') },
    body: {},
  });
  const executive: string = issued.token;
  const give = async (operation: 'agreements.accept' | 'notices.accept', by: string) =>
    (await must(url, by, operation, { params, body: DOCUMENT })).id as string;
  const given = await must(url, executive, 'instructions.give', {
    params,
    body: instruction(['support']),
  });
  const assignment = await must(url, tokens.administrator, 'assignments.start', {
    params,
    body: { user: world.users.product, team: 'product', until: null },
  });
  await must(url, executive, 'proposals.approve', {
    params: { ...params, kind: 'assignments', id: assignment.id },
  });
  await must(url, otherHr, 'people.add', {
    params,
    body: {
      records: [
        { type: 'person', values: { lastName: 'Second' } },
        { type: 'employment', values: { staffNumber: 'X-2', hireDate: '2020-01-01' } },
      ],
    },
  });
  const started = await must(url, otherHr, 'imports.start', {
    params,
    query: { mode: 'check' },
    body: upload(staffFile([['X-3', 'Zebulon', 'Thirdly', '2020-01-01']]), mappingOf()),
  });
  const programme = await must(url, otherHr, 'client-records.create', {
    params: { ...params, type: 'programme' },
    body: { values: { name: 'Of the second', kind: 'training' } },
  });
  const contractParams = { ...params, sub: otherPerson.id, type: 'employmentContract' };
  const contract = await must(url, otherHr, 'records.create', {
    params: contractParams,
    body: { values: { signedOn: '2024-01-15' } },
  });
  const { document } = await must(url, otherHr, 'documents.attach', {
    params: { ...contractParams, rec: contract.id },
    body: documentUpload(pdfFile()),
  });
  const preview = await must(url, otherHr, 'bulk.start', {
    params,
    query: { mode: 'check' },
    body: { select: { ids: [otherPerson.id] }, set: { 'job.division': 'Theirs' } },
  });
  const agreementParams = { ...params, type: 'collectiveAgreement' };
  const agreementRecord = await must(url, otherHr, 'client-records.create', {
    params: agreementParams,
    body: { values: { name: 'Of the second' } },
  });
  const ofClient = await must(url, otherHr, 'client-documents.attach', {
    params: { ...agreementParams, rec: agreementRecord.id },
    body: documentUpload(pdfFile()),
  });
  const list = await must(url, otherHr, 'people.list', { params, query: { limit: '1' } });
  return {
    client: clients[1],
    subject: otherPerson.id,
    alert: await leaveAlert(world, clients[1]),
    canary: (await must(url, otherHr, 'canaries.create', { params, body: { count: 1 } })).items[0],
    record: otherPerson.records.contact!,
    clientRecord: programme.id,
    user: userWith('hr'),
    token: issued.id,
    recovery: await newRecovery(world),
    import: started.id,
    contract: contract.id,
    document,
    preview: preview.id,
    agreementRecord: agreementRecord.id,
    clientDocument: ofClient.document,
    agreement: await give('agreements.accept', executive),
    notice: await give('notices.accept', executive),
    instruction: given.id,
    assignment: assignment.id,
    hours: (
      await must(url, otherHr, 'hours.agree', {
        params,
        body: { zone: 'UTC', hours: [ALWAYS], until: null },
      })
    ).id,
    exception: await grantException(world.server.house, clients[1], {
      user: world.users.product,
      types: ['person'],
      from: '2024-01-01T00:00:00.000Z',
      until: '2024-01-01T01:00:00.000Z',
    }),
    proposal: await give('agreements.accept', otherHr),
    suspension: (await must(url, otherHr, 'access.suspend', { params })).id,
    cursor: list.next,
    run: (
      await must(url, otherHr, 'reports.run', { params: { ...params, id: 'headcount' }, body: {} })
    ).id,
    schedule: (
      await must(url, otherHr, 'schedules.create', {
        params: { ...params, id: 'headcount' },
        body: { cadence: 'daily', at: '06:00', timeZone: 'UTC' },
      })
    ).id,
    text: (
      await must(url, tokens.administrator, 'client-texts.publish', {
        params,
        body: { kind: 'agreement', version: '1', text: 'Of the second.', mandatory: false },
      })
    ).id,
    offer: (
      await newOffer(url, await newSigner(world, userWith('executive'), executive, [clients[1]]), {
        operation: 'agreements.accept',
        c: clients[1],
        body: DOCUMENT,
      })
    ).id,
    job: await leaveJob(world, clients[1], otherHr, 'running'),
    review: await openReview(world, clients[1], [assignment.id]),
  };
}

/** Of somebody of the second client, who has a passkey. */
async function newRecovery({ url, otherHr, clients }: World): Promise<string> {
  const account = { name: 'Of the second', address: 'of.the.second@example.test' };
  const body = { side: 'client', client: clients[1], roles: ['auditor'], ...account };
  const { id } = await must(url, otherHr, 'users.register', { body });
  await enrol(url, otherHr, id);
  return (await must(url, otherHr, 'recoveries.start', { params: { id } })).id;
}
