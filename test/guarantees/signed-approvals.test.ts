// Where the client demands signatures, an assignment is approved by what its approvers signed, and by
// nothing else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type ApprovalDesk,
  assertRefused,
  ofProposal,
  openApprovalDesk,
} from '../support/approval-desk.ts';
import { newTeamUser } from '../support/assigned-user.ts';
import { DAY, iso } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { demand } from '../support/reviews.ts';
import { assertion, newOffer, newSigner, sendSignature, signed } from '../support/signing.ts';

let desk: ApprovalDesk;
before(async () => {
  desk = await openApprovalDesk();
});
after(() => desk.close());

describe('where the client demands signatures', () => {
  let signers: Awaited<ReturnType<typeof newSigner>>[];
  before(async () => {
    signers = [];
    for (const persona of ['hr', 'executive'] as const) {
      signers.push(
        await newSigner(desk.world, desk.world.users[persona], desk.by(persona), [desk.client]),
      );
    }
    await demand(desk.world, desk.client, { approvals: 2, signed: true });
  });

  const demanded = () => ({ reason: 'Year end support', until: iso(desk.clock.now() + 200 * DAY) });
  const bound = async (more: object = {}) => {
    const proposed = await desk.propose({ ...demanded(), ...more });
    const signer = await newSigner(desk.world, proposed.user, proposed.token);
    const nda = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };
    const params = { id: proposed.user };
    await signed(desk.world.url, signer, { operation: 'ndas.sign', params, body: nda });
    return proposed;
  };
  const toSign = (id: string) =>
    ({ operation: 'proposals.approve', c: desk.client, params: ofProposal(id) }) as const;

  test('an assignment needs a reason and an end, and has a budget', async () => {
    const { user } = await newTeamUser(desk.world, 'Without Reason');
    const start = (more: object) =>
      desk.call(desk.by('administrator'), 'assignments.start', { body: desk.body(user, more) });
    const { status, json } = await start({});
    assert.deepEqual(
      [status, json.faults.map(({ at }: { at: string }) => at)],
      [400, ['body.reason', 'body.until']],
    );
    const { json: made } = await start(demanded());
    const { fact, reason } = await desk.listed(made.id);
    assert.deepEqual(fact.budget, { peoplePerHour: 200, peoplePerDay: 1000, rowsPerDay: 50_000 });
    assert.equal(reason, 'Year end support');
  });

  test('only signed approvals count, each signed for exactly these terms', async () => {
    const { id, token } = await bound();
    assertRefused(await desk.approve(desk.by('hr'), id), 403, 'signature-required');
    const offered = await newOffer(desk.world.url, signers[0]!, toSign(id));
    assert.ok(offered.documents.some(({ text }) => text === 'Year end support'));
    const first = assertion(signers[0]!, offered);
    const sent = await sendSignature(desk.world.url, signers[0]!, desk.client, offered.id, first);
    assert.deepEqual([sent.status, sent.json.approvals], [201, 1]);
    const again = await sendSignature(desk.other.url, signers[0]!, desk.client, offered.id, first);
    assert.equal(again.status, 409);
    assert.equal((await signed(desk.other.url, signers[1]!, toSign(id))).state, 'in-force');
    assert.equal((await desk.open(token)).status, 200);
    const { approvals } = await desk.factsOf(id);
    assert.ok(approvals.every(({ signature }) => signature !== null));
    assert.equal(await desk.assertApproved(id), 1);
  });

  test('a signature of what has been edited since is refused', async () => {
    const { id, user } = await bound();
    const offered = await newOffer(desk.world.url, signers[0]!, toSign(id));
    await desk.revise(id, user, { ...demanded(), team: 'servicing', reason: 'Something else' });
    const late = assertion(signers[0]!, offered);
    const sent = await sendSignature(desk.world.url, signers[0]!, desk.client, offered.id, late);
    assert.equal(sent.status, 409, sent.text);
    assert.deepEqual((await desk.factsOf(id)).approvals, []);
  });

  test('fifty uses of one signature at once approve once', async () => {
    const { id } = await bound();
    const offered = await newOffer(desk.world.url, signers[0]!, toSign(id));
    const mine = assertion(signers[0]!, offered);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        sendSignature(desk.urls[i % 2]!, signers[0]!, desk.client, offered.id, mine),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal((await desk.factsOf(id)).approvals.length, 1);
  });

  test('an outsider who verifies the ledger finds every assignment approved and signed', async () => {
    const report = await verifyLedger(desk.world.url, desk.by('auditor'), desk.client);
    assert.deepEqual([report.failures, report.verified], [[], true]);
  });
});
