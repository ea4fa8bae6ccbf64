/**
 * What an invented organisation has of its own: programmes, policies and their versions, as files that
 * an import takes in without staff numbers.
 */
import type { Mapping, MappingColumn } from '../../contract/mapping.ts';
import { csvText } from './csv.ts';
import type { RecordFile } from './record-file.ts';

/** The training that the story evaluates. */
export const EVALUATED = 'Lean assembly';

/** The policy that a member of staff still has to read in its present wording. */
export const UNREAD = { policy: 'Acceptable use of IT', version: '2026' } as const;

const PROGRAMMES = [
  ['Lean assembly', 'training', '2026-02-02', ''],
  ['First-line leadership', 'training', '2025-09-01', ''],
  ['Typing pool refresher', 'training', '2015-01-05', '2019-12-31'],
  ['Dental plan', 'benefit', '2024-01-01', ''],
  ['Lunchtime walks', 'wellness', '2026-04-01', ''],
] as const;

const POLICIES = [
  ['Code of conduct', 'conduct', 'Legal'],
  ['Acceptable use of IT', 'privacy', 'Information Technology'],
  ['Injury and illness prevention', 'safety', 'Health and Safety'],
] as const;

/** In force one after the other. */
export const VERSIONS = [
  ['Code of conduct', '2024', '2024-01-01'],
  ['Code of conduct', '2026', '2026-01-01'],
  ['Acceptable use of IT', '2025', '2025-03-01'],
  ['Acceptable use of IT', '2026', '2026-09-01'],
  ['Injury and illness prevention', '3', '2025-06-01'],
] as const;

const date = { transform: { date: 'YYYY-MM-DD' } };

/** In the order in which they must come in: versions need their policies. */
export function ownRecordFiles(): RecordFile[] {
  return [
    file('programmes.csv', PROGRAMMES, {
      Programme: { element: 'programme.name' },
      Kind: { element: 'programme.kind' },
      From: { element: 'programme.from', ...date },
      Until: { element: 'programme.until', ...date },
    }),
    file('policies.csv', POLICIES, {
      Policy: { element: 'policy.name' },
      Kind: { element: 'policy.kind' },
      Office: { element: 'policy.owner' },
    }),
    file('policy-versions.csv', VERSIONS, {
      Policy: { element: 'policyVersion.policy' },
      Version: { element: 'policyVersion.version' },
      'In force from': { element: 'policyVersion.from', ...date },
    }),
  ];
}

function file(
  name: string,
  rows: readonly (readonly string[])[],
  columns: Record<string, MappingColumn>,
): RecordFile {
  const headers = Object.keys(columns);
  const cells = headers.map((header, i) => ({ header, cell: (row: readonly string[]) => row[i]! }));
  const mapping: Mapping = { version: 1, columns, key: { about: 'client' } };
  return { name, bytes: Buffer.from(csvText(cells, rows, ',')), mapping };
}
