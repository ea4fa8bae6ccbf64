/** What a client would hold next: ours in the present version for some jurisdictions, and its own. */
import { jurisdictionsOf } from '../../../catalogue/adopt.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { ownPartOf, withOwnPart, withoutElements } from '../../../catalogue/own.ts';
import type { Call } from '../operation.ts';
import { adoptFor } from './adopt-for.ts';

/** `gone` are elements of the client's own that it gives up. Throws badInput for an unknown jurisdiction. */
export function targetOf(
  { house, grant }: Pick<Call, 'house' | 'grant'>,
  jurisdictions: readonly string[] | undefined,
  gone: readonly string[] = [],
): { catalogue: Catalogue; jurisdictions: readonly string[] } {
  const adopted = grant!.catalogue;
  const chosen = jurisdictions ?? jurisdictionsOf(adopted);
  const ours = adoptFor(house.catalogue, chosen);
  const own = withoutElements(ownPartOf(adopted), new Set(gone));
  return { catalogue: withOwnPart(ours, own), jurisdictions: chosen };
}
