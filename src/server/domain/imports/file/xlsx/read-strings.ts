/** The shared strings of a workbook. */
import { RichText } from './cell-text.ts';
import type { Zip } from './open-zip.ts';
import { readXml } from './read-xml.ts';
import { StringTable } from './string-table.ts';

const STRINGS_BYTES = 1024 * 1024 * 1024;

export async function readStrings(zip: Zip, part: string | null): Promise<StringTable> {
  const strings = new StringTable();
  if (part === null || !zip.names.includes(part)) return strings;
  const item = new RichText();
  await readXml(zip.read(part, STRINGS_BYTES), {
    open: (name) => item.open(name),
    text: (text) => item.text(text),
    close(name) {
      item.close(name);
      if (name === 'si') strings.add(item.take());
    },
  });
  return strings;
}
