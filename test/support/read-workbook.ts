/** Reads workbooks the way an import does. */
import assert from 'node:assert/strict';
import { FileRefusal } from '../../src/server/domain/imports/file/file-refusal.ts';
import { openWorkbook } from '../../src/server/domain/imports/file/xlsx/open-workbook.ts';
import type { RandomAccess } from '../../src/server/domain/imports/file/xlsx/random-access.ts';
import { workbookParts, type ZipPart, zipOf } from './workbook.ts';

/** In small pieces, so that nothing relies on how it comes. */
export const access = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  async *read(start, end) {
    for (let at = start; at < end; at += 1000) yield bytes.subarray(at, Math.min(end, at + 1000));
  },
});

export async function rowsOf(
  bytes: Buffer,
  sheet?: string,
): Promise<{ row: number; cells: string[] }[]> {
  const rows: { row: number; cells: string[] }[] = [];
  for await (const some of openWorkbook(access(bytes), sheet)) {
    for (const { row, cells } of some) rows.push({ row, cells: [...cells] });
  }
  return rows;
}

/** The code of the refusal, or `read`. */
export async function refused(parts: readonly ZipPart[] | Buffer): Promise<string> {
  const bytes = Buffer.isBuffer(parts) ? parts : zipOf(parts);
  try {
    await rowsOf(bytes);
  } catch (error) {
    assert.ok(error instanceof FileRefusal, String(error));
    assert.match(error.message, /\.$/);
    return error.code;
  }
  return 'read';
}

/** A workbook whose one visible sheet has this XML. */
export const inSheet = (xml: string): ZipPart[] =>
  workbookParts({ sheets: [{ name: 'Staff', xml }], strings: ['x'] });
