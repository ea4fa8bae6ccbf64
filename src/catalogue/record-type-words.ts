// Sentences that people read about the rules of a whole record type.
import type { RecordType, Reference } from './catalogue.ts';

const STAYS = {
  whole: '**What is on record stays:** nobody corrects, ends or deletes a record of this type.',
  values:
    '**What is on record stays:** values are never corrected; a record can be ended, and another one begun.',
};

/** What tells records apart, what may not change, and what must exist before one is stored. */
export function recordTypeRules(type: RecordType): string[] {
  const { identifiedBy, appendOnly, refersTo = [] } = type;
  return [
    ...(identifiedBy ? [`A record is known by ${identifiedBy.map(code).join(' and ')}.`] : []),
    ...(appendOnly ? [STAYS[appendOnly]] : []),
    ...refersTo.map(referenceWords),
  ];
}

function referenceWords({ type, by, where = {}, dated }: Reference): string {
  const kinds = Object.entries(where).map(([id, value]) => ` whose ${id} is ${value}`);
  const ended = dated === undefined ? '' : `, not ended on ${code(dated)}`;
  return `${Object.keys(by).map(code).join(' and ')} must name a ${code(type)}${kinds.join('')}${ended}.`;
}

function code(id: string): string {
  return `\`${id}\``;
}
