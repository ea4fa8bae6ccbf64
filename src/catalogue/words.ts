// Sentences that people read about retention and mandates: in the procedure manual, and wherever
// else a person is told until when and by which law a value is held.
import { CLIENT_JURISDICTION } from './adopt.ts';
import type { Catalogue, Mandate, Retention } from './catalogue.ts';
import { durationWords } from './duration.ts';

const CONFIDENCE = {
  read: 'text of the law read',
  secondary: 'from a secondary source',
  confirm: 'to be confirmed',
};

/** How long a value is kept: the law's minimum, or that there is none, and the erase date. */
export function retentionWords(catalogue: Catalogue, retention: Retention): string {
  const { minimum, trigger, maximum } = retention;
  const least = minimum === null ? 'No law names a period.' : `At least ${period(minimum)}.`;
  return `${least} Erased ${after(maximum)} ${triggerWords(catalogue, trigger)}.`;
}

/** One mandate: citation, jurisdiction, what it demands, its own period, how it was checked. */
export function mandateWords(catalogue: Catalogue, mandate: Mandate): string {
  const { citation, jurisdiction, checkedOn, confidence, demands, minimum, trigger } = mandate;
  const where = jurisdiction === CLIENT_JURISDICTION ? '' : ` (${jurisdiction})`;
  const kept =
    minimum === undefined || trigger === undefined
      ? ''
      : `; names ${period(minimum)} from ${triggerWords(catalogue, trigger)}`;
  const how = confidence === undefined ? '' : `, ${CONFIDENCE[confidence]}`;
  const what = demands === undefined ? '' : `: ${demands}`;
  return `${citation}${where}${what}${kept}. Checked on ${checkedOn}${how}.`;
}

function period(duration: string): string {
  const words = durationWords(duration);
  return words === 'at once' ? 'the time until the clock starts' : words;
}

function after(duration: string): string {
  const words = durationWords(duration);
  return words === 'at once' ? 'on' : `${words} after`;
}

/** The clock that `trigger` names, in words. */
function triggerWords(catalogue: Catalogue, trigger: string): string {
  return catalogue.codeLists.retentionTrigger?.codes[trigger] ?? trigger;
}
