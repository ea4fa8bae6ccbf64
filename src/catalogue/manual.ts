// The procedure manual: the whole catalogue, or what one client has adopted of it, as Markdown
// for the people who answer for it. It says nothing that the catalogue does not.
import type { Catalogue, Element, RecordType } from './catalogue.ts';
import { catalogueDigest } from './digest.ts';
import { recordTypeRules } from './record-type-words.ts';
import { mandateWords, retentionWords } from './words.ts';

const ABOUT = { subject: 'About each member of staff', client: 'About the client itself' };
const CARDINALITY = {
  one: 'one record each',
  many: 'any number of records',
  effective: 'one record in force at a time, each from a day to a day',
};
const SENSITIVITY = {
  R1: 'R1, business contact',
  R2: 'R2, personal',
  R3: 'R3, confidential',
  R4: 'R4, special or segregated: never listed, filtered, sorted or searched',
};

/** The manual of `catalogue`; with `client`, headed by that name as the client's own. */
export function printManual(catalogue: Catalogue, options: { client?: string } = {}): string {
  const { types, version } = catalogue;
  const count = types.reduce((sum, type) => sum + type.elements.length, 0);
  const { client } = options;
  const parts = [
    client === undefined ? '# Procedure manual' : `# Procedure manual for ${plain(client)}`,
    `Catalogue version ${version}, SHA-256 \`${catalogueDigest(catalogue)}\`.`,
    `${client === undefined ? 'All' : 'The adopted'} Standard Operating Procedures: ` +
      `${types.length} record types with ${count} data elements. ` +
      'A value that no procedure here names cannot be stored.',
    '## Contents',
    types.map((type) => `- [${type.label}](#${anchor(type)})`).join('\n'),
    ...listSections('Purposes', catalogue, (id) => id === 'purpose'),
    ...types.map((type) => typeSection(catalogue, type)),
    ...listSections('Code lists', catalogue, (id) => !TOLD_ELSEWHERE.includes(id)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function typeSection(catalogue: Catalogue, type: RecordType): string {
  const rows = type.elements.map((element) => {
    const { id, label, sensitivity, required } = element;
    return `| [${label}](#${anchor(type, element)}) | ${kind(element)} | ${sensitivity} | ${required ? 'yes' : ''} | \`${type.id}.${id}\` |`;
  });
  return [
    `<a id="${anchor(type)}"></a>\n\n## ${type.label}`,
    `${ABOUT[type.about]}; ${CARDINALITY[type.cardinality]}; sealed in the compartment *${type.compartment}*.`,
    ...recordTypeRules(type).map((rule) => `- ${rule}`),
    ['| Element | Value | Class | Required | Id |', '|---|---|---|---|---|', ...rows].join('\n'),
    ...type.elements.map((element) => elementSection(catalogue, type, element)),
  ].join('\n\n');
}

function elementSection(catalogue: Catalogue, type: RecordType, element: Element): string {
  return [
    `<a id="${anchor(type, element)}"></a>\n\n### ${type.label}: ${element.label}`,
    [
      `- **Why it is held:** ${element.why}.`,
      `- **How often it is collected:** ${element.frequency}.`,
      `- **How long it is kept:** ${retentionWords(catalogue, element.retention)}`,
      '- **Who demands it:**',
      ...element.mandates.map((mandate) => `  - ${mandateWords(catalogue, mandate)}`),
      `- **Sensitivity:** ${SENSITIVITY[element.sensitivity]}.`,
      `- **What it may be used for:** ${element.purposes.join(', ')}.`,
      `- **Value:** ${kind(element)}${element.required ? ', required' : ''}.`,
      `- **Taxonomies:** fideslang \`${element.taxonomy.fideslang}\`, DPV \`${element.taxonomy.dpv}\`.`,
      `- **Reviewed** on ${element.reviewedOn}; next review due on ${element.reviewDue}.`,
    ].join('\n'),
  ].join('\n\n');
}

function listSections(
  title: string,
  { codeLists }: Catalogue,
  isWanted: (id: string) => boolean,
): string[] {
  const lists = Object.entries(codeLists).filter(([id]) => isWanted(id));
  if (lists.length === 0) return [];
  const sections = lists.map(([id, { label, codes }]) => {
    const rows = Object.entries(codes).map(([code, text]) => `| \`${code}\` | ${text} |`);
    return `### ${label} (\`${id}\`)\n\n${['| Code | Meaning |', '|---|---|', ...rows].join('\n')}`;
  });
  return [`## ${title}`, ...sections];
}

/** Purposes have a section of their own; retention clocks stand in words with the elements. */
const TOLD_ELSEWHERE = ['purpose', 'retentionTrigger'];

function kind({ type, codes, freeText }: Element): string {
  if (type === 'code') return `code from \`${codes}\``;
  return freeText ? 'free text' : type;
}

function anchor(type: RecordType, element?: Element): string {
  return (element ? `${type.id}-${element.id}` : type.id).toLowerCase();
}

/** A name that a client chose, as text on one line with no power over the Markdown around it. */
function plain(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\\`*_{}[\]<>#|&!]/g, '\\$&');
}
