/** The number format of every cell style. */

import { builtInFormat, formatOf, type NumberFormat } from './number-format.ts';
import type { Zip } from './open-zip.ts';
import { readXml } from './read-xml.ts';
import { workbookRefusal } from './workbook-refusal.ts';

const STYLES_BYTES = 64 * 1024 * 1024;
const FORMATS_MAX = 70_000;

/** By the number that a cell gives as its style. */
export async function readStyles(zip: Zip, part: string | null): Promise<readonly NumberFormat[]> {
  if (part === null || !zip.names.includes(part)) return [];
  const custom = new Map<number, NumberFormat>();
  const styles: NumberFormat[] = [];
  let isCellStyles = false;
  await readXml(zip.read(part, STYLES_BYTES), {
    open(name, { numFmtId, formatCode = '' }) {
      if (name === 'cellXfs') isCellStyles = true;
      if (custom.size + styles.length > FORMATS_MAX) throw workbookRefusal('too-many-formats');
      const id = Number(numFmtId ?? 0);
      if (name === 'numFmt') custom.set(id, formatOf(formatCode.slice(0, 300)));
      if (name === 'xf' && isCellStyles) styles.push(custom.get(id) ?? builtInFormat(id));
    },
    close(name) {
      if (name === 'cellXfs') isCellStyles = false;
    },
  });
  return styles;
}
