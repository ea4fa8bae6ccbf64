import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptCatalogue } from './adopt.ts';
import { loadCatalogue } from './load.ts';
import { printManual } from './manual.ts';
import { withSmallCatalogue } from './small-catalogue.fixture.ts';

const small = withSmallCatalogue({}, loadCatalogue);

test('the manual gives every procedure in words', () => {
  const manual = printManual(small);
  const start = manual.indexOf('### Pay: Base pay');
  assert.equal(
    manual.slice(start, manual.indexOf('<a id="workerpay-basis">')).trim(),
    `### Pay: Base pay

- **Why it is held:** Overtime is computed from it.
- **How often it is collected:** At hire.
- **How long it is kept:** At least 4 years. Erased 6 years after the day employment ended.
- **Who demands it:**
  - 1 CFR 1 (US): Records of pay; names 3 years from the day it was made. Checked on 2026-01-31, text of the law read.
  - Cal. Code 2 (US-CA): Records of pay; names 4 years from the day it was made. Checked on 2026-01-31, **to be confirmed**.
- **Sensitivity:** R3, confidential.
- **What it may be used for:** hr-administration, reporting.
- **Value:** money, required.
- **Taxonomies:** fideslang \`user.financial\`, DPV \`pd:Salary\`.
- **Reviewed** on 2026-01-31; next review due on 2027-01-31.`,
  );
});

test('the manual says where no law names a period', () => {
  assert.match(
    printManual(small),
    /No law names a period\. Erased 1 year after the day employment/,
  );
});

test("a client's manual bears its name and holds only what it has adopted", () => {
  const manual = printManual(adoptCatalogue(small, ['US']), { client: 'Example Works' });
  assert.match(manual, /^# Procedure manual for Example Works\n/);
  assert.match(manual, /The adopted Standard Operating Procedures: 2 record types with 3 data/);
  assert.doesNotMatch(manual, /Cal\. Code/);
  assert.match(manual, /Client instruction: Held on instruction/);
});

test("a client's name has no power over the manual", () => {
  const [heading] = printManual(small, { client: 'A\n# B <script> [x](y)' }).split('\n');
  assert.equal(heading, '# Procedure manual for A \\# B \\<script\\> \\[x\\](y)');
});

test('every link of the shipped manual leads somewhere', () => {
  const manual = printManual(loadCatalogue(new URL('../../catalogue', import.meta.url).pathname));
  const anchors = new Set([...manual.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  const links = [...manual.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
  assert.ok(links.length > 300);
  assert.deepEqual(
    links.filter((id) => !anchors.has(id)),
    [],
  );
});
