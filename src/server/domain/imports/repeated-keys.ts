/** Finds a staff number that stands in two rows of one file, in a few bytes for each row. */
import { UuidIndex } from '../../readmodel/uuid-index.ts';

/** Answers the first row that has the key (16 bytes of a digest) at `bytes[at]`, or undefined when that
 * is this one. */
export function findRepeatedRow(): (
  bytes: Uint8Array,
  at: number,
  row: number,
) => number | undefined {
  const keys = new UuidIndex();
  let rows = new Uint32Array(1024);
  return (bytes, at, row) => {
    const known = keys.size;
    const number = keys.add(bytes, at);
    if (number < known) return rows[number];
    if (number === rows.length) {
      const more = new Uint32Array(2 * rows.length);
      more.set(rows);
      rows = more;
    }
    rows[number] = row;
    return undefined;
  };
}
