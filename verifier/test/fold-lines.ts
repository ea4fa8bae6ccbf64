// What the verifier makes of lines, through its scanner and its fold, without a bundle around them.
import { BLOCK_START, createSlot, openSlot } from '../src/block-source.ts';
import { emptyFold, foldBlock, type LedgerFold } from '../src/ledger-fold.ts';
import { createBlockScanner, scanBlock } from '../src/scan-block.ts';

const slot = openSlot(createSlot());
const scanner = createBlockScanner();

/** The lines must fit into one block. */
export function foldLines(origin: string, lines: readonly Buffer[]): LedgerFold {
  let at = BLOCK_START;
  for (const [n, line] of lines.entries()) {
    slot.bytes.set(line, at);
    at += line.length;
    slot.ends[n] = at;
    slot.bytes[at++] = 0x0a;
  }
  const fold = emptyFold(origin);
  const block = { ...slot, from: BLOCK_START, lines: lines.length, firstIndex: 0, cut: null };
  foldBlock(fold, slot, scanBlock(scanner, block));
  return fold;
}
