// The procedure manual as Markdown, for the people who answer for it.
import type { Catalogue } from './catalogue.ts';
import {
  type ElementPart,
  type ListPart,
  manualOf,
  oneLine,
  type TypePart,
} from './manual-parts.ts';

/** The manual of `catalogue`; with `client`, headed by that name as the client's own. */
export function printManual(catalogue: Catalogue, options: { client?: string } = {}): string {
  const manual = manualOf(catalogue, options);
  const parts = [
    `# ${plain(manual.title)}`,
    `Catalogue version ${manual.version}, SHA-256 \`${manual.digest}\`.`,
    manual.summary,
    '## Contents',
    manual.types.map(({ id, label }) => `- [${plain(label)}](#${anchor(id)})`).join('\n'),
    ...listSections('Purposes', manual.purposes),
    ...manual.types.map(typeSection),
    ...listSections('Code lists', manual.codeLists),
  ];
  return `${parts.join('\n\n')}\n`;
}

function typeSection({ id, label, about, compartment, rules, elements }: TypePart): string {
  const rows = elements.map(
    (element) =>
      `| [${plain(element.label)}](#${anchor(element.id)}) | ${kindOf(element)} | ${element.sensitivity} | ${element.required ? 'yes' : ''} | \`${element.id}\` |`,
  );
  return [
    `<a id="${anchor(id)}"></a>\n\n## ${plain(label)}`,
    `${about}; sealed in the compartment *${compartment}*.`,
    ...rules.map((rule) => `- ${rule}`),
    ['| Element | Value | Class | Required | Id |', '|---|---|---|---|---|', ...rows].join('\n'),
    ...elements.map((element) => elementSection(label, element)),
  ].join('\n\n');
}

function elementSection(type: string, element: ElementPart): string {
  const { taxonomy } = element;
  return [
    `<a id="${anchor(element.id)}"></a>\n\n### ${plain(type)}: ${plain(element.label)}`,
    [
      `- **Why it is held:** ${plain(element.why)}.`,
      `- **How often it is collected:** ${plain(element.frequency)}.`,
      `- **How long it is kept:** ${element.retention}`,
      '- **Who demands it:**',
      ...element.mandates.map((mandate) => `  - ${emphasised(plain(mandate))}`),
      `- **Sensitivity:** ${element.sensitivityWords}.`,
      `- **What it may be used for:** ${element.purposes}.`,
      `- **Value:** ${kindOf(element)}${element.required ? ', required' : ''}.`,
      `- **Taxonomies:** fideslang \`${taxonomy.fideslang}\`, DPV \`${taxonomy.dpv}\`.`,
      ...(element.isOwn ? ['- **Whose:** the client’s own procedure.'] : []),
      `- **Reviewed** on ${element.reviewedOn}; next review due on ${element.reviewDue}.`,
    ].join('\n'),
  ].join('\n\n');
}

function listSections(title: string, lists: readonly ListPart[]): string[] {
  if (lists.length === 0) return [];
  const sections = lists.map(({ id, label, codes }) => {
    const rows = codes.map(([code, text]) => `| \`${code}\` | ${plain(text)} |`);
    return `### ${plain(label)} (\`${id}\`)\n\n${['| Code | Meaning |', '|---|---|', ...rows].join('\n')}`;
  });
  return [`## ${title}`, ...sections];
}

function kindOf({ kind, codes }: ElementPart): string {
  return codes === undefined ? kind : `code from \`${codes}\``;
}

/** What a lawyer must not overlook. */
function emphasised(text: string): string {
  return text.replace(/, to be confirmed\.$/, ', **to be confirmed**.');
}

function anchor(id: string): string {
  return id.replace('.', '-').toLowerCase();
}

/** A text that may be a client's, on one line with no power over the Markdown around it. */
function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|&!]/g, '\\$&');
}
