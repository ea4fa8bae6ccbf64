/** One row of cells → one person's values by record type, or all that is wrong with it: never a cell's value. */
import type { ReadCell } from './read-cell.ts';

/** Canonical values by element id. `from` is the mapping's effective date, for effective-dated types. */
export interface MappedType {
  type: string;
  values: Record<string, unknown>;
  from: string | null;
}

/** `row` is the row's number in the spreadsheet: the header is row 1. `staffNumber` is empty in a file
 * about the client itself. */
export interface MappedRow {
  row: number;
  staffNumber: string;
  types: MappedType[];
}

/** `column` is a header, or null where the error belongs to the whole row. */
export interface RowError {
  row: number;
  column: string | null;
  reason: string;
}

export type MapRow = (cells: string[], row: number) => MappedRow | { errors: RowError[] };

/** `isRead`: a column gives it; then its constants join the rows that have a value of it, and no others. */
export interface TypePlan {
  id: string;
  from: string | null;
  isRead: boolean;
  constants: [element: string, value: unknown][];
  required: { element: string; header: string | null }[];
}

/** `type` is a place in `types`, or -1 for a key whose type is not touched. `key` null: a column gives it. */
export interface RowPlan {
  columns: {
    index: number;
    header: string;
    type: number;
    element: string;
    read: ReadCell;
    isKey: boolean;
  }[];
  types: TypePlan[];
  key: { prefix: string } | null;
  /** Then there is no staff number. */
  isOfClient: boolean;
}

/** An empty cell says nothing about its element. A row maps wholly or not at all. */
export function mapRowWith(plan: RowPlan): MapRow {
  const { columns, types, key } = plan;
  const employment = types.findIndex((type) => type.id === 'employment');

  return (cells, row) => {
    const values: (Record<string, unknown> | undefined)[] = new Array(types.length).fill(undefined);
    const errors: RowError[] = [];
    let staffNumber = '';
    if (key) {
      staffNumber = key.prefix + String(row).padStart(6, '0');
      if (employment >= 0) values[employment] = { staffNumber };
    }
    for (const column of columns) {
      const cell = cells[column.index] as string;
      if (cell === '') continue;
      const outcome = column.read(cell);
      if (outcome === undefined) continue;
      if ('reason' in outcome) {
        addError(errors, row, column.header, outcome.reason);
        continue;
      }
      if (column.isKey) staffNumber = outcome.value as string;
      if (column.type < 0) continue;
      let held = values[column.type];
      if (held === undefined) {
        held = {};
        values[column.type] = held;
      }
      held[column.element] = outcome.value;
    }
    if (staffNumber === '' && !plan.isOfClient) {
      const header = columns.find((column) => column.isKey)?.header ?? null;
      addError(errors, row, header, 'is the key and cannot be empty');
    }
    const mapped: MappedType[] = [];
    for (let i = 0; i < types.length; i++) {
      const type = types[i] as TypePlan;
      const held = values[i] ?? (type.isRead ? undefined : {});
      if (held === undefined) continue;
      for (const [element, value] of type.constants) held[element] = value;
      for (const { element, header } of type.required) {
        if (!(element in held)) addError(errors, row, header, `is required for ${type.id}`);
      }
      mapped.push({ type: type.id, values: held, from: type.from });
    }
    return errors.length > 0 ? { errors } : { row, staffNumber, types: mapped };
  };
}

/** The first reason is enough: what a column cannot be read as, it does not give to a required element either. */
function addError(errors: RowError[], row: number, column: string | null, reason: string): void {
  if (column !== null && errors.some((error) => error.column === column)) return;
  errors.push({ row, column, reason });
}
