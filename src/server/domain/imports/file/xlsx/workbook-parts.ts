/** What a workbook consists of: its sheets, and where their strings and formats are. Refuses what can
 * act (macros, objects) or leads elsewhere (links): a staff file needs none of it. */
import { FileRefusal } from '../file-refusal.ts';
import type { Zip } from './open-zip.ts';
import { readXml } from './read-xml.ts';
import { workbookRefusal } from './workbook-refusal.ts';

const PART_BYTES = 8 * 1024 * 1024;
const SHEETS_MAX = 255;
const LINKS_MAX = 2000;
const NAMED_MAX = 10;

export interface SheetPlace {
  readonly name: string;
  readonly isVisible: boolean;
  /** The name of its part. */
  readonly part: string;
}

export interface WorkbookParts {
  readonly sheets: readonly SheetPlace[];
  readonly is1904: boolean;
  readonly strings: string | null;
  readonly styles: string | null;
}

export async function readWorkbookParts(zip: Zip): Promise<WorkbookParts> {
  await refuseActive(zip);
  const root = await readLinks(zip, '');
  const main = root.find((link) => link.type === 'officeDocument')?.target;
  if (main === undefined) throw workbookRefusal('not-a-workbook');
  const links = await readLinks(zip, main);
  const { sheets, is1904 } = await readSheets(zip, main);
  const places = sheets.flatMap(({ name, isVisible, link }) => {
    const found = links.find((each) => each.id === link);
    return found?.type === 'worksheet' ? [{ name, isVisible, part: found.target }] : [];
  });
  const partOf = (type: string) => links.find((link) => link.type === type)?.target ?? null;
  return { sheets: places, is1904, strings: partOf('sharedStrings'), styles: partOf('styles') };
}

/** The sheet that is named, or the visible ones, of which the first with a header is meant. */
export function chooseSheets(parts: WorkbookParts, name: string | undefined): SheetPlace[] {
  if (name === undefined) return parts.sheets.filter((sheet) => sheet.isVisible);
  const wanted = name.normalize('NFC').trim();
  const found = parts.sheets.filter((sheet) => sheet.name.normalize('NFC').trim() === wanted);
  if (found.length > 0) return found;
  const names = parts.sheets.slice(0, NAMED_MAX).map((sheet) => `"${sheet.name}"`);
  throw new FileRefusal(
    'no-such-sheet',
    `The workbook has no sheet with the name that the mapping gives. It has ${names.join(', ') || 'none'}.`,
  );
}

async function refuseActive(zip: Zip): Promise<void> {
  const names = zip.names.map((name) => name.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (!names.includes('[content_types].xml')) throw workbookRefusal('not-a-workbook');
  if (has(/vbaproject|(^|\/)(?:macrosheets|dialogsheets)\//)) {
    throw workbookRefusal('workbook-macros');
  }
  if (has(/(^|\/)externallinks\//)) throw workbookRefusal('workbook-links');
  if (has(/(^|\/)(?:embeddings|activex|oleobjects?)\//)) throw workbookRefusal('workbook-objects');
  const kinds: string[] = [];
  const types = zip.names.find((name) => name.toLowerCase() === '[content_types].xml')!;
  await readXml(zip.read(types, PART_BYTES), {
    open(_, { ContentType }) {
      if (ContentType && kinds.length < LINKS_MAX) kinds.push(ContentType.toLowerCase());
    },
  });
  if (kinds.some((kind) => kind.includes('macroenabled'))) throw workbookRefusal('workbook-macros');
  if (kinds.some((kind) => kind.includes('sheet.binary'))) throw workbookRefusal('binary-workbook');
}

interface Link {
  readonly id: string;
  /** The last word of its type's address. */
  readonly type: string;
  readonly target: string;
}

/** The relationships of a part, or of the package when `part` is empty. Those that lead outside of the
 * workbook are never followed. */
async function readLinks(zip: Zip, part: string): Promise<Link[]> {
  const slash = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, slash);
  const name = `${folder}_rels/${part.slice(slash)}.rels`;
  if (!zip.names.includes(name)) throw workbookRefusal('not-a-workbook');
  const links: Link[] = [];
  await readXml(zip.read(name, PART_BYTES), {
    open(tag, { Id = '', Type = '', Target = '', TargetMode }) {
      if (tag !== 'Relationship') return;
      const type = Type.slice(Type.lastIndexOf('/') + 1);
      if (type === 'externalLink') throw workbookRefusal('workbook-links');
      if (type === 'oleObject' || type === 'control') throw workbookRefusal('workbook-objects');
      if (TargetMode === 'External') return;
      if (links.length === LINKS_MAX) throw workbookRefusal('too-many-sheets');
      links.push({ id: Id, type, target: resolve(folder, Target) });
    },
  });
  return links;
}

/** The name of the part that a relationship of a part in `folder` leads to. */
function resolve(folder: string, target: string): string {
  const path = target.startsWith('/') ? target.slice(1) : folder + target;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '.' && name !== '') names.push(name);
  }
  return names.join('/');
}

async function readSheets(zip: Zip, main: string) {
  const sheets: { name: string; isVisible: boolean; link: string }[] = [];
  let is1904 = false;
  await readXml(zip.read(main, PART_BYTES), {
    open(tag, attributes) {
      if (tag === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes.date1904 ?? '');
      if (tag === 'externalReference') throw workbookRefusal('workbook-links');
      if (tag !== 'sheet') return;
      if (sheets.length === SHEETS_MAX) throw workbookRefusal('too-many-sheets');
      const { name = '', state = 'visible' } = attributes;
      const link = Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1] ?? '';
      sheets.push({ name: name.slice(0, 100), isVisible: state === 'visible', link });
    },
  });
  return { sheets, is1904 };
}
