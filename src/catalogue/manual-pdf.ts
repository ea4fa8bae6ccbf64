// The procedure manual as a tagged PDF: a title page with contents, one chapter per record type, page
// numbers, bookmarks, links. The same catalogue and day give the same bytes.
import { createHash } from 'node:crypto';
import PDFDocument from 'pdfkit';
import type { Catalogue } from './catalogue.ts';
import { type ElementPart, type ListPart, manualOf, type TypePart } from './manual-parts.ts';

type Doc = InstanceType<typeof PDFDocument>;
type Struct = ReturnType<Doc['struct']>;

const FONTS = new URL('./fonts/', import.meta.url).pathname;
const MARGIN = 64;
const TERM_WIDTH = 112;
const INK = '#1a1a1a';
const GREY = '#5a5a5a';
const LINE = '#b0b0b0';
const LINK = '#123f7a';
const CONTENTS_LINE = 17;

export interface PdfOptions {
  readonly client?: string;
  /** The document's date; ISO. It stands on the title page and in the file. */
  readonly at: string;
}

/** The manual's bytes; `client` heads it as the client's own. */
export function manualPdf(catalogue: Catalogue, options: PdfOptions): Promise<Buffer> {
  const manual = manualOf(catalogue, options);
  const date = new Date(options.at);
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 12, left: MARGIN, right: MARGIN },
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    info: {
      Title: manual.title,
      Subject: `Standard Operating Procedures, catalogue version ${manual.version}`,
      Creator: 'WorkSmartly',
      Producer: 'WorkSmartly',
      CreationDate: date,
      ModDate: date,
    },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  doc.registerFont('text', `${FONTS}DejaVuSerifCondensed.ttf`);
  doc.registerFont('bold', `${FONTS}DejaVuSerifCondensed-Bold.ttf`);
  const root = doc.struct('Document');
  doc.addStructure(root);
  const pages = new Map<string, number>();
  const chapters = [
    { id: 'purposes', label: 'Purposes' },
    ...manual.types,
    { id: 'code-lists', label: 'Code lists' },
  ];
  titlePage(doc, root, manual, options);
  const contents = doc.struct('TOC');
  root.add(contents);
  const place = { page: 0, y: doc.y + 20 };
  reserveContents(doc, place.y, chapters.length + 1);
  const chapter = (id: string, title: string) => {
    doc.addPage();
    const section = doc.struct('Sect', { title });
    root.add(section);
    pages.set(id, doc.bufferedPageRange().count);
    doc.addNamedDestination(anchor(id));
    doc.outline.addItem(title);
    doc.font('bold').fontSize(18).fillColor(INK);
    doc.text(title, MARGIN, MARGIN, { structParent: section, structType: 'H1' });
    doc.moveDown(0.5);
    return section;
  };
  listChapter(doc, chapter('purposes', 'Purposes'), manual.purposes);
  for (const type of manual.types) typeChapter(doc, chapter(type.id, type.label), type);
  const lists = chapter('code-lists', 'Code lists');
  listChapter(doc, lists, manual.codeLists);
  writeContents(doc, contents, chapters, pages, place.y);
  root.end();
  footers(doc, manual.title);
  fixIdentity(doc, manual.digest, options);
  doc.end();
  return done;
}

function titlePage(
  doc: Doc,
  root: Struct,
  manual: ReturnType<typeof manualOf>,
  { at }: PdfOptions,
): void {
  const section = doc.struct('Sect', { title: 'Title' });
  root.add(section);
  const put = (type: string) => ({ structParent: section, structType: type });
  doc.font('text').fontSize(9).fillColor(GREY);
  doc.text('STANDARD OPERATING PROCEDURES', MARGIN, MARGIN, { ...put('P'), characterSpacing: 1 });
  doc.moveDown(0.8).font('bold').fontSize(26).fillColor(INK);
  doc.text(manual.title, put('Title'));
  doc.moveDown(0.6).font('text').fontSize(10);
  doc.text(manual.summary, put('P'));
  doc.moveDown(0.6).fontSize(9).fillColor(GREY);
  doc.text(`As of ${at.slice(0, 10)}. Catalogue version ${manual.version}, SHA-256`, put('P'));
  doc.text(manual.digest, put('P'));
  rule(doc, doc.y + 10);
  doc.y += 20;
}

/** Pages for the contents, before anybody knows what they say. */
function reserveContents(doc: Doc, y: number, lines: number): void {
  let at = y;
  for (let line = 0; line < lines; line++) {
    if (at + CONTENTS_LINE > bottomOf(doc)) {
      doc.addPage();
      at = MARGIN;
    }
    at += CONTENTS_LINE;
  }
}

function writeContents(
  doc: Doc,
  contents: Struct,
  chapters: readonly { readonly id: string; readonly label: string }[],
  pages: ReadonlyMap<string, number>,
  y: number,
): void {
  let page = 0;
  let at = y;
  doc.switchToPage(page);
  doc.font('bold').fontSize(12).fillColor(INK);
  doc.text('Contents', MARGIN, at, { structParent: contents, structType: 'Caption' });
  at += CONTENTS_LINE;
  for (const { id, label } of chapters) {
    if (at + CONTENTS_LINE > bottomOf(doc)) {
      doc.switchToPage(++page);
      at = MARGIN;
    }
    const number = String(pages.get(id));
    const width = widthOf(doc);
    doc.font('text').fontSize(10).fillColor(LINK);
    const item = doc.struct('TOCI');
    contents.add(item);
    doc.text(label, MARGIN, at, {
      width: width - 40,
      height: CONTENTS_LINE,
      ellipsis: true,
      lineBreak: false,
      goTo: anchor(id),
      structParent: item,
      structType: 'Reference',
    });
    doc.fillColor(INK);
    doc.text(number, MARGIN, at, {
      width,
      align: 'right',
      structParent: item,
      structType: 'Lbl',
    });
    item.end();
    at += CONTENTS_LINE;
  }
  contents.end();
}

function typeChapter(doc: Doc, section: Struct, type: TypePart): void {
  doc.font('text').fontSize(10).fillColor(GREY);
  const about = `${type.about}; sealed in the compartment ${type.compartment}.`;
  for (const text of [about, ...type.rules.map((rule) => rule.replace(/\*\*|`/g, ''))]) {
    doc.text(text, MARGIN, doc.y, { structParent: section, structType: 'P' });
    doc.y += 3;
  }
  for (const element of type.elements) elementBlock(doc, section, element);
  section.end();
}

function elementBlock(doc: Doc, section: Struct, element: ElementPart): void {
  const facts = factsOf(element);
  const width = widthOf(doc) - TERM_WIDTH;
  doc.font('text').fontSize(9);
  const heights = facts.map(([, text]) => doc.heightOfString(text, { width, lineGap: 1 }) + 3);
  const height = 40 + heights.reduce((sum, each) => sum + each, 0);
  const room = bottomOf(doc) - doc.y;
  // A block that fits on one page is not torn apart.
  if (height > room && (height < bottomOf(doc) - MARGIN || room < 120)) {
    doc.addPage();
    doc.y = MARGIN;
  } else doc.y += 14;
  rule(doc, doc.y);
  doc.y += 6;
  const block = doc.struct('Sect', { title: element.label });
  section.add(block);
  doc.font('bold').fontSize(11).fillColor(INK);
  doc.text(element.label, MARGIN, doc.y, {
    continued: false,
    structParent: block,
    structType: 'H2',
  });
  doc.font('text').fontSize(8).fillColor(GREY);
  doc.text(element.id, MARGIN, doc.y, { structParent: block, structType: 'P' });
  doc.y += 4;
  const table = doc.struct('Table');
  block.add(table);
  for (const [i, [term, text]] of facts.entries()) {
    if (doc.y + heights[i]! > bottomOf(doc)) {
      doc.addPage();
      doc.y = MARGIN;
    }
    const y = doc.y;
    const row = doc.struct('TR');
    table.add(row);
    doc.font('bold').fontSize(8.5).fillColor(INK);
    doc.text(term, MARGIN, y, { width: TERM_WIDTH - 8, structParent: row, structType: 'TH' });
    const after = doc.y;
    doc.font('text').fontSize(9);
    doc.text(text, MARGIN + TERM_WIDTH, y, {
      width,
      lineGap: 1,
      structParent: row,
      structType: 'TD',
    });
    row.end();
    doc.y = Math.max(after, doc.y) + 3;
  }
  table.end();
  block.end();
}

function factsOf(element: ElementPart): [string, string][] {
  const { mandates, taxonomy } = element;
  return [
    ['Why it is held', `${element.why}.`],
    ['Collected', `${element.frequency}.`],
    ['Kept', element.retention],
    ...mandates.map((mandate, i): [string, string] => [i === 0 ? 'Demanded by' : '', mandate]),
    ['Sensitivity', `${element.sensitivityWords}.`],
    ['May be used for', `${element.purposes}.`],
    ['Value', `${element.kind}${element.required ? ', required' : ''}.`],
    ['Taxonomies', `fideslang ${taxonomy.fideslang}, DPV ${taxonomy.dpv}.`],
    ...(element.isOwn ? [['Whose', 'The client’s own procedure.'] as [string, string]] : []),
    ['Reviewed', `On ${element.reviewedOn}; next review due on ${element.reviewDue}.`],
  ];
}

function listChapter(doc: Doc, section: Struct, lists: readonly ListPart[]): void {
  const width = widthOf(doc) - TERM_WIDTH;
  for (const { id, label, codes } of lists) {
    const list = doc.struct('Sect', { title: label });
    section.add(list);
    if (doc.y + 60 > bottomOf(doc)) doc.addPage();
    else doc.y += 10;
    doc.font('bold').fontSize(11).fillColor(INK);
    doc.text(label, MARGIN, doc.y, { structParent: list, structType: 'H2' });
    doc.font('text').fontSize(8).fillColor(GREY);
    doc.text(id, MARGIN, doc.y, { structParent: list, structType: 'P' });
    doc.y += 3;
    const table = doc.struct('Table');
    list.add(table);
    for (const [code, text] of codes) {
      doc.font('text').fontSize(9).fillColor(INK);
      const height = Math.max(
        doc.heightOfString(text, { width }),
        doc.heightOfString(code, { width: TERM_WIDTH - 8 }),
      );
      if (doc.y + height > bottomOf(doc)) {
        doc.addPage();
        doc.y = MARGIN;
      }
      const y = doc.y;
      const row = doc.struct('TR');
      table.add(row);
      doc.text(code, MARGIN, y, {
        width: TERM_WIDTH - 8,
        structParent: row,
        structType: 'TH',
      });
      doc.text(text, MARGIN + TERM_WIDTH, y, { width, structParent: row, structType: 'TD' });
      row.end();
      doc.y = y + height + 3;
    }
    table.end();
    list.end();
  }
  section.end();
}

function footers(doc: Doc, title: string): void {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    // Below the margin, where text would begin a page of its own.
    const { bottom } = doc.page.margins;
    doc.page.margins.bottom = 0;
    const y = doc.page.height - MARGIN + 8;
    const width = widthOf(doc);
    doc.markContent('Artifact', { type: 'Pagination' });
    doc.font('text').fontSize(8).fillColor(GREY);
    doc.text(title, MARGIN, y, {
      width: width - 80,
      height: 10,
      lineBreak: false,
      ellipsis: true,
    });
    doc.text(`${page + 1} of ${count}`, MARGIN, y, { width, align: 'right', lineBreak: false });
    doc.endMarkedContent();
    doc.page.margins.bottom = bottom;
  }
}

/** The file's id is made from what is in it, and not from the moment. */
function fixIdentity(doc: Doc, digest: string, { client, at }: PdfOptions): void {
  const id = createHash('sha256')
    .update(JSON.stringify([digest, client ?? null, at]))
    .digest()
    .subarray(0, 16);
  (doc as unknown as { _id: Buffer })._id = id;
}

function rule(doc: Doc, y: number): void {
  doc.markContent('Artifact', { type: 'Layout' });
  doc
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + widthOf(doc), y)
    .lineWidth(0.5)
    .strokeColor(LINE)
    .stroke();
  doc.endMarkedContent();
}

function widthOf(doc: Doc): number {
  return doc.page.width - 2 * MARGIN;
}

function bottomOf(doc: Doc): number {
  return doc.page.height - MARGIN - 12;
}

function anchor(id: string): string {
  return id.replace('.', '-').toLowerCase();
}
