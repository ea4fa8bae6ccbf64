/** A parsed file and a compiled mapping → mapped rows in batches, with every error of the file counted. */
import { addErrors, type ErrorList } from './collect-errors.ts';
import type { CompiledMapping } from './compile-mapping.ts';
import { findRepeatedKey } from './find-repeated-key.ts';
import type { MappedRow } from './map-row.ts';
import type { CsvFile } from './parse-csv.ts';

/**
 * Yields the rows without errors, in order, one list per batch read, and adds the others' errors to
 * `errors`. Nothing of the file may be kept if there is one. Throws `FileRefusal` as `batches` does.
 */
export async function* mapFile(
  file: CsvFile,
  compiled: CompiledMapping,
  errors: ErrorList,
): AsyncGenerator<MappedRow[], void, undefined> {
  const repeated = findRepeatedKey(compiled.keyHeader);
  for await (const batch of file.batches) {
    const rows: MappedRow[] = [];
    for (let i = 0; i < batch.rows.length; i++) {
      const mapped = compiled.mapRow(batch.rows[i] as string[], batch.numbers[i] as number);
      if ('errors' in mapped) {
        addErrors(errors, mapped.errors);
        continue;
      }
      const error = compiled.hasRepeats ? undefined : repeated(mapped.staffNumber, mapped.row);
      if (error) addErrors(errors, [error]);
      else rows.push(mapped);
    }
    yield rows;
  }
}
