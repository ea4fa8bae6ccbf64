// Whether those who signed facts saw this ledger: each signature names its size and root at that time. A second, quick reading
// of the entries, which hashes only the blocks in which such a size lies.
import { BLOCK_START, createBlockCutter, createSlot, cutBlock, openSlot } from './block-source.ts';
import type { OpenSource } from './member-source.ts';
import type { Fault } from './scan-block.ts';
import { addSubtree, copySubtrees, hashLeafInPlace, rootOf, type Subtrees } from './subtrees.ts';

/** What the signature of the fact at `index` says: `root` (base64) was that of the first `size` entries. */
export interface SeenRoot {
  index: number;
  size: number;
  root: string;
}

/**
 * The first of these, by index, that the entries contradict; null if none. `starts` are the trees before each block, as the
 * first reading cut them; the source is read again from its beginning, and closed.
 */
export async function findOtherRoot(
  source: OpenSource,
  starts: readonly Subtrees[],
  seen: readonly SeenRoot[],
): Promise<Fault | null> {
  const others: SeenRoot[] = [];
  const waiting = seen.toSorted((a, b) => a.size - b.size);
  const compare = (tree: Subtrees): void => {
    for (; waiting[0]?.size === tree.end; waiting.shift()) {
      if (rootOf(tree).toString('base64') !== waiting[0].root) others.push(waiting[0]);
    }
  };
  const slot = openSlot(createSlot());
  const cutter = createBlockCutter(source, null);
  try {
    for (const start of starts) {
      if (waiting.length === 0) break;
      const block = await cutBlock(cutter, slot);
      if (block === null) break;
      compare(start);
      if (waiting[0] === undefined || waiting[0].size > start.end + block.lines) continue;
      const tree = copySubtrees(start);
      let from = BLOCK_START;
      for (let line = 0; line < block.lines; line++) {
        const to = slot.ends[line]!;
        addSubtree(tree, 0, hashLeafInPlace(slot.bytes, from, to));
        compare(tree);
        from = to + 1;
      }
    }
  } finally {
    await source.close();
  }
  const first = [...others, ...waiting].sort((a, b) => a.index - b.index)[0];
  if (first === undefined) return null;
  const detail = `its signer saw another ledger: the first ${first.size} entries had another root`;
  return { index: first.index, reason: 'root-differs', detail };
}
