// `catalogue check`: whether the catalogue loads, what a lawyer still has to confirm, and what is
// due for its yearly review.
import type { Catalogue } from './catalogue.ts';
import { CatalogueError, type CatalogueFault, formatFault } from './fault.ts';
import { loadCatalogue } from './load.ts';

export interface CatalogueCheck {
  ok: boolean;
  faults: readonly CatalogueFault[];
  due: DueReview[];
  unconfirmed: string[];
  /** The same for people: the faults by file and line, or a summary. */
  text: string;
}

/** An element, by `<type>.<element>`, whose review is due. */
export interface DueReview {
  element: string;
  reviewDue: string;
}

/** Checks the catalogue in `dir` as of the day `today` (YYYY-MM-DD). Never throws for its content. */
export function checkCatalogue(dir: string, today: string): CatalogueCheck {
  try {
    const catalogue = loadCatalogue(dir);
    const due = dueForReview(catalogue, today);
    const unconfirmed = unconfirmedCitations(catalogue);
    const text = summary(catalogue, due, unconfirmed);
    return { ok: true, faults: [], due, unconfirmed, text };
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    const { faults } = error;
    const text = [...faults.map(formatFault), `faults: ${faults.length}`].join('\n');
    return { ok: false, faults, due: [], unconfirmed: [], text };
  }
}

/** Elements whose review is due on the day `today` or was before, the longest overdue first. */
export function dueForReview(catalogue: Catalogue, today: string): DueReview[] {
  const all = catalogue.types.flatMap((type) =>
    type.elements.map(({ id, reviewDue }) => ({ element: `${type.id}.${id}`, reviewDue })),
  );
  const due = all.filter(({ reviewDue }) => reviewDue <= today);
  return due.sort((a, b) => (a.reviewDue < b.reviewDue ? -1 : a.reviewDue > b.reviewDue ? 1 : 0));
}

function unconfirmedCitations({ types }: Catalogue): string[] {
  const mandates = types.flatMap((type) => type.elements.flatMap((element) => element.mandates));
  const open = mandates.filter(({ confidence }) => confidence === 'confirm');
  return [...new Set(open.map(({ citation }) => citation))].sort();
}

function summary({ version, types }: Catalogue, due: DueReview[], unconfirmed: string[]): string {
  const elements = types.flatMap((type) => type.elements);
  const citations = new Set(elements.flatMap((e) => e.mandates.map((m) => m.citation)));
  return [
    `catalogue version ${version}: no faults`,
    `${types.length} record types, ${elements.length} elements, ${citations.size} mandates`,
    `mandates to be confirmed: ${unconfirmed.length}${unconfirmed.map((c) => `\n  ${c}`).join('')}`,
    `elements due for review: ${due.length}${due.map((d) => `\n  ${d.element}, due ${d.reviewDue}`).join('')}`,
  ].join('\n');
}
