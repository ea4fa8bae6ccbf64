/** The shipped catalogue, and a later version of it in which something of each kind has happened. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './cluster.ts';

const SHIPPED = join(import.meta.dirname, '..', '..', 'catalogue');

/**
 * A folder with the next version: `preferredName` renamed, `rehireDate` in another type, `remote` in
 * another compartment with its dates, `suffix` under a key of its own, a code renamed, `voluntary` and the
 * polygraph records given up.
 */
export function nextCatalogue(): string {
  const dir = tempDir();
  cpSync(SHIPPED, dir, { recursive: true });
  const change = (file: string, make: (text: string) => string) => {
    const path = join(dir, file);
    writeFileSync(path, make(readFileSync(path, 'utf8')));
  };
  const take = (text: string, id: string): [rest: string, element: string] => {
    const start = text.indexOf(`  - id: ${id}\n`);
    if (start === -1) throw new Error(`the catalogue has no ${id}`);
    const next = text.indexOf('\n  - id: ', start + 1);
    const end = next === -1 ? text.length : next + 1;
    return [text.slice(0, start) + text.slice(end), text.slice(start, end)];
  };
  let rehired = '';
  let remote = '';
  change('record-types/employment.yaml', (text) => {
    const [without, element] = take(text, 'rehireDate');
    rehired = element;
    return take(without, 'voluntary')[0];
  });
  change('record-types/job.yaml', (text) => {
    const [rest, element] = take(text, 'remote');
    remote = element.endsWith('\n') ? element : `${element}\n`;
    return rest;
  });
  change('record-types/person.yaml', (text) => {
    const [rest] = take(text, 'suffix');
    return (
      rest.replace('- id: preferredName', '- id: calledName') +
      rehired.replace('id: rehireDate', 'id: rehiredOn')
    );
  });
  change(
    'record-types/pay.yaml',
    (text) =>
      text +
      remote
        .replace('id: remote', 'id: workPlace')
        .replace(
          /\n$/,
          '\n    retention: { minimum: P4Y, trigger: final-tax-due, maximum: P6Y }\n    sensitivity: R3\n',
        ),
  );
  change(
    'record-types/identity.yaml',
    (text) => `${text}
  - id: suffix
    label: Suffix
    why: Part of the full legal name (Jr., III), as it stands on the social security card
    type: text
    sensitivity: R4
    taxonomy: { fideslang: user.name, dpv: "pd:Name" }
`,
  );
  change('code-lists.yaml', (text) =>
    text.replace('    full-time: Full-time', '    whole: Full-time'),
  );
  rmSync(join(dir, 'record-types', 'polygraph.yaml'));
  change('mandates.yaml', (text) => text.replace(/\npolygraph-records:\n(?: {2}.*\n)+/, '\n'));
  change('catalogue.yaml', (text) =>
    text.replace('  - polygraph\n', '').replace(/^version: (\d+)$/m, (_, version) => {
      const next = Number(version) + 1;
      return `version: ${next}
migrations:
  - version: ${next}
    steps:
      - { element: person.preferredName, becomes: person.calledName }
      - { element: employment.rehireDate, becomes: person.rehiredOn }
      - { element: job.remote, becomes: pay.workPlace }
      - { element: person.suffix, becomes: identity.suffix }
      - { element: employment.type, codes: { full-time: whole } }
      - { element: employment.voluntary, removed: No law asks for it any more }
      - { element: polygraph.examinedOn, removed: No examinations are kept any more }
      - { element: polygraph.notice, removed: No examinations are kept any more }
      - { element: polygraph.records, removed: No examinations are kept any more }`;
    }),
  );
  return dir;
}

/** What the next version gives up, as `destroy` must name it. */
export const GIVEN_UP = [
  'employment.voluntary',
  'polygraph.examinedOn',
  'polygraph.notice',
  'polygraph.records',
];
