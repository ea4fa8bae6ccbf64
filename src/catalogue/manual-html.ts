// The procedure manual as one HTML page: nothing of it comes from elsewhere, and nothing in it runs.
import { createHash } from 'node:crypto';
import type { Catalogue } from './catalogue.ts';
import { type ElementPart, type ListPart, manualOf, type TypePart } from './manual-parts.ts';

const STYLE = `
:root { color-scheme: light; }
body { font: 1rem/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { font-weight: 600; line-height: 1.2; }
h1 { font-size: 2rem; border-bottom: 2px solid #1a1a1a; padding-bottom: .5rem; }
h2 { font-size: 1.4rem; margin-top: 3rem; border-bottom: 1px solid #767676; padding-bottom: .25rem; }
h3 { font-size: 1.1rem; margin-top: 2rem; }
a { color: #123f7a; }
a:focus-visible { outline: 3px solid #123f7a; outline-offset: 2px; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .85em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-style: italic; padding: .25rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #eee; }
tbody th { font-weight: 400; }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .3rem 1rem; margin: 0; }
dt { font-weight: 600; }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
nav ol { columns: 2; padding-left: 1.5rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
@media (max-width: 40rem) { dl { display: block; } nav ol { columns: 1; } dd { margin-bottom: .5rem; } }
@media print {
  @page { margin: 20mm 18mm; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0; }
  a { color: inherit; text-decoration: none; }
  nav { break-after: page; }
  section.type { break-before: page; }
  article, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .skip { display: none; }
}
`;

/** No script, no font, no image, no address: only this style. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** The manual of `catalogue`; with `client`, headed by that name as the client's own. */
export function manualHtml(catalogue: Catalogue, options: { client?: string } = {}): string {
  const manual = manualOf(catalogue, options);
  const contents = [
    '<li><a href="#purposes">Purposes</a></li>',
    ...manual.types.map(({ id, label }) => `<li><a href="#${anchor(id)}">${safe(label)}</a></li>`),
    '<li><a href="#code-lists">Code lists</a></li>',
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${safe(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${safe(manual.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the procedures</a>
<header>
<h1>${safe(manual.title)}</h1>
<p>Catalogue version ${manual.version}, SHA-256 <code>${manual.digest}</code>.</p>
<p>${safe(manual.summary)}</p>
</header>
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol>
${contents.join('\n')}
</ol>
</nav>
<main id="main">
${listSection('purposes', 'Purposes', manual.purposes)}
${manual.types.map(typeSection).join('\n')}
${listSection('code-lists', 'Code lists', manual.codeLists)}
</main>
</body>
</html>
`;
}

function typeSection({ id, label, about, compartment, rules, elements }: TypePart): string {
  const rows = elements.map(
    (element) =>
      `<tr><th scope="row"><a href="#${anchor(element.id)}">${safe(element.label)}</a></th><td>${safe(element.kind)}</td><td>${element.sensitivity}</td><td>${element.required ? 'yes' : 'no'}</td><td><code>${safe(element.id)}</code></td></tr>`,
  );
  const heads = ['Element', 'Value', 'Class', 'Required', 'Id'];
  return `<section class="type" aria-labelledby="${anchor(id)}">
<h2 id="${anchor(id)}">${safe(label)}</h2>
<p>${about}; sealed in the compartment <em>${compartment}</em>.</p>
${ruleList(rules)}<table>
<caption>Elements of ${safe(label)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${elements.map((element) => elementArticle(label, element)).join('\n')}
</section>`;
}

function ruleList(rules: readonly string[]): string {
  if (rules.length === 0) return '';
  return `<ul>${rules.map((rule) => `<li>${marked(rule)}</li>`).join('')}</ul>\n`;
}

function elementArticle(type: string, element: ElementPart): string {
  const mandates = element.mandates.map((mandate) => `<li>${emphasised(safe(mandate))}</li>`);
  const facts: [string, string][] = [
    ['Why it is held', `${safe(element.why)}.`],
    ['How often it is collected', `${safe(element.frequency)}.`],
    ['How long it is kept', safe(element.retention)],
    ['Who demands it', `<ul>${mandates.join('')}</ul>`],
    ['Sensitivity', `${safe(element.sensitivityWords)}.`],
    ['What it may be used for', `${safe(element.purposes)}.`],
    ['Value', `${safe(element.kind)}${element.required ? ', required' : ''}.`],
    [
      'Taxonomies',
      `fideslang <code>${safe(element.taxonomy.fideslang)}</code>, DPV <code>${safe(element.taxonomy.dpv)}</code>.`,
    ],
    ...(element.isOwn ? [['Whose', 'the client’s own procedure.'] as [string, string]] : []),
    ['Reviewed', `on ${element.reviewedOn}; next review due on ${element.reviewDue}.`],
  ];
  return `<article aria-labelledby="${anchor(element.id)}">
<h3 id="${anchor(element.id)}">${safe(type)}: ${safe(element.label)}</h3>
<dl>
${facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('\n')}
</dl>
</article>`;
}

function listSection(id: string, title: string, lists: readonly ListPart[]): string {
  const tables = lists.map(({ id: list, label, codes }) => {
    const rows = codes.map(
      ([code, text]) =>
        `<tr><th scope="row"><code>${safe(code)}</code></th><td>${safe(text)}</td></tr>`,
    );
    return `<table>
<caption>${safe(label)} (<code>${safe(list)}</code>)</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
  });
  return `<section class="type" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${tables.join('\n')}
</section>`;
}

/** The little Markdown that our own sentences have. */
function marked(text: string): string {
  return safe(text)
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/`(.+?)`/g, '<code>$1</code>');
}

/** What a lawyer must not overlook. */
function emphasised(html: string): string {
  return html.replace(/, to be confirmed\.$/, ', <strong>to be confirmed</strong>.');
}

function anchor(id: string): string {
  return safe(id.replace('.', '-').toLowerCase());
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}
