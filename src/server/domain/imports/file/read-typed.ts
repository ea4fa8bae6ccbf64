/** The reader of a column of a workbook: what is a day or a number there is taken as such, whatever the
 * mapping says of how text writes it. */
import type { Catalogue, Element } from '../../../../catalogue/catalogue.ts';
import { compileCheck } from '../../../../catalogue/check-value.ts';
import type { Transform } from '../../../../contract/mapping.ts';
import { compileCell, type ReadCell } from './read-cell.ts';
import { openCell } from './xlsx/typed-cell.ts';

/** `read` is what the column's texts are read with. */
export function readTyped(
  catalogue: Catalogue,
  element: Element,
  transform: Transform | undefined,
  read: ReadCell,
): ReadCell {
  const check = compileCheck(catalogue, element);
  const readNumber = numberReader(catalogue, element, transform) ?? read;
  return (cell) => {
    const { kind, text } = openCell(cell);
    switch (kind) {
      case 'error':
        return { reason: text };
      case 'date':
        return element.type === 'date' ? check(text) : read(text);
      case 'number':
        return readNumber(text);
      case 'text':
        return read(text);
    }
  };
}

/** Amounts have a point in a workbook, whichever sign it shows. */
function numberReader(
  catalogue: Catalogue,
  element: Element,
  transform: Transform | undefined,
): ReadCell | undefined {
  if (!transform || !('money' in transform)) return undefined;
  const { currency } = transform.money;
  const cell = compileCell(catalogue, element, { money: { currency, decimal: '.', group: '' } });
  return 'read' in cell ? cell.read : undefined;
}
