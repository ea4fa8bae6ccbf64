/** A file as a demo sends it. */
import type { Mapping } from '../../contract/mapping.ts';

export interface RecordFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mapping: Mapping;
}
