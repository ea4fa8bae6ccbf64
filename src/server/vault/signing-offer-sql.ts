/** Offers to sign: kept until they lapse, used once. */
import type { Statement } from './database.ts';

export function insertOffer(
  client: string,
  offer: string,
  expiresAt: number,
  ct: Buffer,
): Statement {
  return {
    name: 'offer/insert',
    text: `insert into signing_offer (client_id, offer_id, expires_at, used, ct)
      values ($1, $2, $3, false, $4)`,
    values: [client, offer, new Date(expiresAt), ct],
  };
}

export function selectOffer(client: string, offer: string): Statement {
  return {
    name: 'offer/select',
    text: 'select used, ct from signing_offer where client_id = $1 and offer_id = $2',
    values: [client, offer],
  };
}

/** Marks an offer as used; divides by zero when it is used, or gone, already. */
export function useOffer(client: string, offer: string): Statement {
  return {
    name: 'offer/use',
    text: `with u as (update signing_offer set used = true
        where client_id = $1 and offer_id = $2 and not used returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, offer],
  };
}

/** Removes what lapsed before `before` (ms). */
export function deleteLapsedOffers(client: string, before: number): Statement {
  return {
    name: 'offer/delete-lapsed',
    text: 'delete from signing_offer where client_id = $1 and expires_at < $2',
    values: [client, new Date(before)],
  };
}
