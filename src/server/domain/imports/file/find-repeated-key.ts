/** Finds a staff number that stands in two rows of one file. */
import type { RowError } from './map-row.ts';
import { ownText } from './own-text.ts';

/** Answers the error for a row whose staff number an earlier row has. Holds every staff number of the file. */
export function findRepeatedKey(
  keyHeader: string | null,
): (staffNumber: string, row: number) => RowError | undefined {
  const rows = new Map<string, number>();
  return (staffNumber, row) => {
    const first = rows.get(staffNumber);
    if (first !== undefined) {
      return { row, column: keyHeader, reason: `has the staff number of row ${first}` };
    }
    rows.set(ownText(staffNumber), row);
    return undefined;
  };
}
