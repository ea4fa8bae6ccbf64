// A client's own record types and elements: held like ours once they are adopted, adopted by the client
// alone, and refused where no law and no instruction demands them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBundle, readMember } from '#verifier/bundle.ts';
import { ask, must } from '../support/api.ts';
import { exportEvidence, verifyLedger } from '../support/evidence.ts';
import { importFile } from '../support/imports.ts';
import { DOCUMENT, ownElement, ownProcedures } from '../support/request-bodies.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const client = () => ({ c: stage.world.clients[0] });

function propose(body: unknown, persona: 'hr' | 'executive' = 'executive') {
  forgetRefusals(stage.clock);
  const { url, tokens } = stage.world;
  return ask(url, tokens[persona], 'procedures.propose', { params: client(), body });
}

async function adoptedTypes(): Promise<{ id: string; elements: { id: string }[] }[]> {
  const { url, tokens } = stage.world;
  const { catalogue } = await must(url, tokens.hr, 'catalogue.read', { params: client() });
  return catalogue.types;
}

test('what HR proposes is held only after an executive approved it, and the same person cannot', async () => {
  const { url, tokens } = stage.world;
  const proposed = await propose(ownProcedures('ownParking'), 'hr');
  assert.deepEqual([proposed.status, proposed.json.state], [201, 'proposed']);
  assert.ok(!(await adoptedTypes()).some((type) => type.id === 'ownParking'));
  const params = { ...client(), kind: 'procedures', id: proposed.json.id };
  const own = await ask(url, tokens.hr, 'proposals.approve', { params });
  assert.deepEqual([own.status, own.json.promise], [403, 'client-is-controller']);
  await must(url, tokens.executive, 'proposals.approve', { params });
  assert.ok((await adoptedTypes()).some((type) => type.id === 'ownParking'));
  const again = await ask(url, tokens.executive, 'proposals.approve', { params });
  assert.equal(again.status, 404);
});

test('an adopted element is stored, imported, listed, filtered, and read with why, mandate and keepUntil', async () => {
  const { url, tokens, people, clients } = stage.world;
  const token = { id: 'ownBadge', of: 'employment', label: 'Badge colour', mandates: [ORDINANCE] };
  const codes = { ownColour: { label: 'Colour', codes: { red: 'Red', blue: 'Blue' } } };
  const of = { ...ownElement('ownBadge', token), type: 'code', codes: 'ownColour' };
  const adopted = await propose({ elements: [of], codeLists: codes });
  assert.equal(adopted.status, 201, adopted.text);
  const sub = people[0]!.id;
  const record = people[0]!.records.employment!;
  const at = { ...client(), sub, type: 'employment', rec: record };
  const correct = (values: object) =>
    ask(url, tokens.hr, 'records.correct', { params: at, body: { values } });
  assert.equal((await correct({ ownBadge: 'green' })).status, 400);
  assert.equal((await correct({ ownBadge: 'red', terminationDate: '2024-05-31' })).status, 200);
  const file = await must(url, tokens.hr, 'people.read', { params: { ...client(), sub } });
  const employment = file.types.find((type: { id: string }) => type.id === 'employment');
  const badge = employment.records[0].elements.find((e: { id: string }) => e.id === 'ownBadge');
  const { value, why, mandates, keepUntil } = badge;
  assert.deepEqual(
    [value, why, mandates, keepUntil],
    ['red', 'Who may park where', ['Town ordinance 12'], '2025-06-03'],
  );
  const mapping = {
    version: 1,
    columns: {
      No: { element: 'employment.staffNumber' },
      Badge: { element: 'employment.ownBadge' },
      Plate: { element: 'ownParking.plate' },
    },
    key: { element: 'employment.staffNumber' },
  };
  const sender = { url, token: tokens.hr, client: clients[0] };
  const file2 = `No,Badge,Plate\n${people[1]!.staffNumber},blue,ABC 123\n`;
  const done = await importFile(sender, 'commit', file2, mapping);
  assert.deepEqual([done.state, done.rows.changed], ['done', 1], JSON.stringify(done));
  const listed = async (query: Record<string, string>) => {
    const list = await must(url, tokens.hr, 'people.list', { params: client(), query });
    return list.items.map((item: { staffNumber: string }) => item.staffNumber);
  };
  assert.deepEqual(await listed({ 'employment.ownBadge': 'blue' }), [people[1]!.staffNumber]);
  assert.deepEqual(await listed({ 'ownParking.plate': 'abc 123' }), [people[1]!.staffNumber]);
  assert.deepEqual((await listed({ sort: 'employment.ownBadge' })).slice(0, 2), [
    people[1]!.staffNumber,
    people[0]!.staffNumber,
  ]);
});

const ORDINANCE = {
  citation: 'Town ordinance 12',
  jurisdiction: 'US-CA',
  demands: 'A list of parked cars',
  checkedOn: '2024-05-01',
};

test('without a mandate an instruction that is in force and covers type and purposes is needed', async () => {
  const { url, tokens } = stage.world;
  const give = async (purposes: string[], types: string[], until: string | null = null) => {
    const body = { purposes, types, recipients: [], document: DOCUMENT.document, until };
    const asked = { params: client(), body };
    return (await must(url, tokens.executive, 'instructions.give', asked)).id as string;
  };
  const other = await give(['support'], ['ownCarpool']);
  const elsewhere = await give(['hr-administration', 'import'], ['ownElsewhere']);
  const ended = await give(['hr-administration', 'import'], ['ownCarpool']);
  await must(url, tokens.executive, 'instructions.end', { params: { ...client(), id: ended } });
  const covering = await give(['hr-administration', 'import', 'study'], ['ownCarpool']);
  const unknown = `ins_${other.slice(4, -4)}0000`;
  for (const instruction of [undefined, other, elsewhere, ended, unknown]) {
    const refused = await propose(ownProcedures('ownCarpool', { mandates: [], instruction }));
    assert.equal(refused.status, 400, String(instruction));
    assert.match(refused.json.detail, /mandate or an instruction in force/);
    assert.match(refused.json.faults[0].reason, /cite the law that demands it, or give an/);
  }
  const adopted = await propose(
    ownProcedures('ownCarpool', { mandates: [], instruction: covering }),
  );
  assert.equal(adopted.status, 201, adopted.text);
  const type = (await adoptedTypes()).find(({ id }) => id === 'ownCarpool')!;
  const [{ mandates }] = type.elements as unknown as [{ mandates: { citation: string }[] }];
  assert.equal(mandates[0]!.citation, `Client instruction ${covering}`);
});

test('whatever is wrong with a proposal is named, and nothing is adopted', async () => {
  const plate = (change: object) => ownProcedures('ownWrong', change);
  const inPersonnel = (change: object) => plate({ ...change });
  const cases: [string, unknown, number, RegExp][] = [
    ['an unknown purpose', plate({ purposes: ['marketing'] }), 400, /body\.types\.0\.elements\.0/],
    ['R4 in personnel', inPersonnel({ sensitivity: 'R4' }), 400, /R4 may not stand in personnel/],
    [
      'what looks like a social security number',
      plate({ label: 'Social security number' }),
      400,
      /sounds like what the law keeps apart, in identity/,
    ],
    [
      'the key of what stands in identity',
      plate({
        taxonomy: {
          fideslang: 'user.government_id.national_identification_number',
          dpv: 'pd:OfficialID',
        },
      }),
      400,
      /stands in identity, not in personnel/,
    ],
    [
      'less sensitive than ours of that kind',
      plate({ taxonomy: { fideslang: 'user.workplace', dpv: 'pd:Professional' } }),
      400,
      /is at least R3 in personnel/,
    ],
    ['a code list that is not there', plate({ type: 'code', codes: 'ownNone' }), 400, /ownNone/],
    [
      'a clock that is unknown',
      plate({ retention: { minimum: null, trigger: 'full-moon', maximum: 'P1Y' } }),
      400,
      /full-moon is not known/,
    ],
    ['a cadence of a day', plate({ cadence: 'P1D' }), 400, /a week or more/],
    ['a review in ten years', plate({ reviewDue: '2034-01-01' }), 400, /within the year/],
    ['an id like ours', ownProcedures('parking'), 400, /must begin with own/],
    [
      'an element of ours',
      { elements: [{ ...ownElement('firstName'), of: 'person' }] },
      409,
      /person\.firstName/,
    ],
    [
      'an element id like ours',
      { elements: [{ ...ownElement('shoe'), of: 'person' }] },
      400,
      /must begin with own/,
    ],
    [
      'a type that is not held',
      { elements: [{ ...ownElement('ownShoe'), of: 'shoes' }] },
      400,
      /not a record type/,
    ],
    [
      'a type twice',
      { types: [1, 2].map(() => (ownProcedures('ownTwice') as { types: object[] }).types[0]) },
      409,
      /ownTwice/,
    ],
    ['a type that is taken', ownProcedures('ownParking'), 409, /ownParking/],
    ['nothing', {}, 400, /no record type and no element/],
    [
      'an empty code list',
      {
        ...plate({ type: 'code', codes: 'ownList' }),
        codeLists: { ownList: { label: 'A', codes: {} } },
      },
      400,
      /has no code/,
    ],
    [
      'ten thousand elements',
      { elements: Array.from({ length: 10_000 }, (_, i) => ({ id: `ownE${i}`, of: 'person' })) },
      400,
      /body\.elements/,
    ],
    [
      'a rule that could run for ever',
      plate({ validation: { pattern: '(a+)+$' } }),
      400,
      /not known here/,
    ],
    ['a control character', plate({ label: 'a\u202eb' }), 400, /control characters/],
  ];
  const before = await adoptedTypes();
  for (const [what, body, status, words] of cases) {
    for (const persona of ['hr', 'executive'] as const) {
      const answer = await propose(body, persona);
      assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 400)}`);
      assert.match(answer.text, words, what);
    }
  }
  assert.deepEqual(await adoptedTypes(), before);
});

test("another client's instruction covers nothing, and its proposal cannot be approved", async () => {
  const { url, tokens, otherHr, clients } = stage.world;
  const params = { c: clients[1] };
  const body = {
    purposes: ['hr-administration', 'import'],
    types: ['ownForeign'],
    recipients: [],
    document: DOCUMENT.document,
    until: null,
  };
  const theirs = await must(url, otherHr, 'instructions.give', { params, body });
  const refused = await propose(
    ownProcedures('ownForeign', { mandates: [], instruction: theirs.id }),
  );
  assert.equal(refused.status, 400);
  const asked = { params, body: ownProcedures('ownForeign') };
  const { id } = await must(url, otherHr, 'procedures.propose', asked);
  for (const c of clients) {
    const approval = { params: { c, kind: 'procedures', id } };
    const answer = await ask(url, tokens.executive, 'proposals.approve', approval);
    assert.equal(answer.status, 404);
  }
});

test('a proposal that nobody could adopt any more is refused when it is approved', async () => {
  const { url, tokens } = stage.world;
  const [one, two] = [
    await propose(ownProcedures('ownLate'), 'hr'),
    await propose(ownProcedures('ownLate'), 'hr'),
  ];
  const approve = (id: string) =>
    ask(url, tokens.executive, 'proposals.approve', {
      params: { ...client(), kind: 'procedures', id },
    });
  assert.equal((await approve(one.json.id)).status, 201);
  const late = await approve(two.json.id);
  assert.deepEqual([late.status, late.json.reasons], [409, ['id-taken']]);
});

test('two executives who adopt at once both get what they adopted', async () => {
  const answers = await Promise.all(
    ['ownFirst', 'ownSecond', 'ownThird'].map((id) => propose(ownProcedures(id))),
  );
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [201, 201, 201],
  );
  const ids = (await adoptedTypes()).map((type) => type.id);
  for (const id of ['ownFirst', 'ownSecond', 'ownThird']) assert.ok(ids.includes(id));
});

test('adopting ours again keeps what is the client’s own, and gives nothing up unless it is named', async () => {
  const { url, tokens } = stage.world;
  const body = { jurisdictions: ['US', 'US-CA'] };
  await must(url, tokens.executive, 'catalogue.adopt', { params: client(), body });
  assert.ok((await adoptedTypes()).some((type) => type.id === 'ownParking'));
  const less = { jurisdictions: ['US'] };
  const answer = await ask(url, tokens.executive, 'catalogue.adopt', {
    params: client(),
    body: less,
  });
  assert.deepEqual([answer.status, answer.json.reasons], [409, ['destroys-data']]);
});

test('the evidence holds every catalogue that was adopted, the own part included, and verifies', async () => {
  const { url, tokens, clients } = stage.world;
  const report = await verifyLedger(url, tokens.auditor, clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  const bundle = await openBundle(await exportEvidence(url, tokens.auditor, clients[0]));
  const bytes = await readMember(bundle, 'catalogue.json');
  await bundle.close();
  const catalogues: { catalogue: { types: { id: string }[] } }[] = JSON.parse(bytes.toString());
  assert.ok(catalogues.length > 5);
  const last = catalogues.at(-1)!.catalogue.types.map((type) => type.id);
  assert.ok(last.includes('ownParking'));
});
