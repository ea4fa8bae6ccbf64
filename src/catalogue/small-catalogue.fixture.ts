// A catalogue of two record types as files, for tests of loading, adopting, printing and digests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Every file of a small catalogue without a fault, by its name in the catalogue's folder. */
export const SMALL_CATALOGUE: Readonly<Record<string, string>> = {
  'catalogue.yaml': `version: 7
recordTypes: [workerPay, handbook]
`,
  'code-lists.yaml': `payBasis:
  label: Pay basis
  codes:
    annual: Per year
    hourly: Per hour
`,
  'mandates.yaml': `federal-pay:
  citation: 1 CFR 1
  jurisdiction: US
  demands: Records of pay
  minimum: P3Y
  trigger: made
  checkedOn: 2026-01-31
  confidence: read
state-pay:
  citation: Cal. Code 2
  jurisdiction: US-CA
  demands: Records of pay
  minimum: P4Y
  trigger: made
  checkedOn: 2026-01-31
  confidence: confirm
state-note:
  citation: Cal. Code 3
  jurisdiction: US-CA
  demands: Notes on pay
  checkedOn: 2026-01-31
instruction:
  citation: Client instruction
  jurisdiction: client
  demands: Held on instruction
  checkedOn: 2026-01-31
`,
  'purposes.yaml': `hr-administration: Administration
import: Import
reporting: Reporting
support: Support
study: Studies
statutory-report: Filings
`,
  'retention-triggers.yaml': `made:
  label: the day it was made
  covers: []
end:
  label: the day employment ended
  covers: [made]
`,
  'taxonomies.yaml': `fideslang:
  version: one
  keys: [user.financial, system.operations]
dpv:
  version: two
  keys: ["pd:Salary", "dpv:NonPersonalData"]
`,
  'record-types/worker-pay.yaml': `id: workerPay
label: Pay
about: subject
compartment: pay
cardinality: effective
defaults:
  sensitivity: R3
  purposes: [hr-administration, reporting]
  frequency: At hire
  cadence: P1Y
  retention: { minimum: P4Y, trigger: end, maximum: P6Y }
  mandates: [federal-pay, state-pay]
  reviewedOn: 2026-01-31
  reviewDue: 2027-01-31
  taxonomy: { fideslang: user.financial, dpv: "pd:Salary" }
  source: [42]
elements:
  - id: base
    label: Base pay
    why: Overtime is computed from it
    type: money
    required: true
    validation: { minimum: 0 }
  - id: basis
    label: Basis
    why: Says for which time it is paid
    type: code
    codes: payBasis
  - id: note
    label: Note
    why: The state asks for it
    type: text
    freeText: true
    retention: { minimum: none, trigger: end, maximum: P1Y }
    mandates: [state-note]
`,
  'record-types/handbook.yaml': `id: handbook
label: Handbook
about: client
compartment: personnel
cardinality: many
elements:
  - id: title
    label: Title
    why: People ask for it
    type: text
    sensitivity: R1
    purposes: [support]
    frequency: On change
    cadence: with-change
    retention: { minimum: none, trigger: made, maximum: P2Y }
    mandates: [instruction]
    reviewedOn: 2026-01-31
    reviewDue: 2026-12-31
    taxonomy: { fideslang: system.operations, dpv: "dpv:NonPersonalData" }
identifiedBy: [title]
`,
};

/**
 * Writes the small catalogue into a folder of its own, hands it to `use` and removes it.
 * `changes` replaces files by name; null leaves one out.
 */
export function withSmallCatalogue<T>(
  changes: Record<string, string | null>,
  use: (dir: string) => T,
): T {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    for (const [name, text] of Object.entries({ ...SMALL_CATALOGUE, ...changes })) {
      if (text === null) continue;
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
