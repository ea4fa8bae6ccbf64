/** The headers and the first rows of a file on this machine, CSV or workbook, as a person sees them. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { checkHeaders } from './check-headers.ts';
import { FileRefusal } from './file-refusal.ts';
import { parseCsv } from './parse-csv.ts';
import { isZip, openWorkbook } from './xlsx/open-workbook.ts';
import type { RandomAccess } from './xlsx/random-access.ts';
import { plainCell } from './xlsx/typed-cell.ts';

export interface FileSample {
  headers: string[];
  rows: string[][];
}

/** `sheet` names a sheet of a workbook. Throws FileRefusal, and what the file system says. */
export async function sampleFile(path: string, most: number, sheet?: string): Promise<FileSample> {
  const handle = await open(path, 'r');
  try {
    const start = Buffer.alloc(4);
    await handle.read(start, 0, 4, 0);
    if (isZip(start)) return await sampleWorkbook(await accessOf(handle), most, sheet);
  } finally {
    await handle.close();
  }
  return sampleCsv(path, most);
}

async function sampleCsv(path: string, most: number): Promise<FileSample> {
  const file = await parseCsv(() => createReadStream(path));
  const rows: string[][] = [];
  for await (const batch of file.batches) {
    rows.push(...batch.rows);
    if (rows.length >= most) break;
  }
  return { headers: file.headers, rows: rows.slice(0, most) };
}

async function sampleWorkbook(
  file: RandomAccess,
  most: number,
  sheet: string | undefined,
): Promise<FileSample> {
  let headers: string[] | undefined;
  const rows: string[][] = [];
  for await (const some of openWorkbook(file, sheet)) {
    for (const { row, cells } of some) {
      const plain = cells.map((cell) => plainCell(cell).trim());
      if (headers === undefined) headers = checkHeaders(plain, row);
      else rows.push(plain);
    }
    if (rows.length >= most) break;
  }
  if (headers === undefined || rows.length === 0) {
    throw new FileRefusal('no-rows', 'The sheet has a header and no rows. Send one with rows.');
  }
  return { headers, rows: rows.slice(0, most) };
}

async function accessOf(handle: FileHandle): Promise<RandomAccess> {
  const { size } = await handle.stat();
  return {
    size,
    async *read(start, end) {
      for (let at = start; at < end; ) {
        const buffer = Buffer.alloc(Math.min(262_144, end - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error('the file became shorter');
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
  };
}
