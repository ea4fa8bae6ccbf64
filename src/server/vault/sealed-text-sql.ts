/** Texts that facts name by their digest, and which parts of a published one a user has viewed. */
import type { Statement } from './database.ts';

/** The same text twice is kept once. */
export function insertText(client: string, hash: Buffer, ct: Buffer): Statement {
  return {
    name: 'text/insert',
    text: `insert into sealed_text (client_id, text_hash, ct) values ($1, $2, $3)
      on conflict do nothing`,
    values: [client, hash, ct],
  };
}

export function selectText(client: string, hash: Buffer): Statement {
  return {
    name: 'text/select',
    text: 'select ct from sealed_text where client_id = $1 and text_hash = $2',
    values: [client, hash],
  };
}

export function insertView(client: string, user: string, text: string, part: number): Statement {
  return {
    name: 'text/view',
    text: `insert into text_view (client_id, user_id, text_id, part) values ($1, $2, $3, $4)
      on conflict do nothing`,
    values: [client, user, text, part],
  };
}

export function selectViews(client: string, user: string, text: string): Statement {
  return {
    name: 'text/views',
    text: `select part from text_view where client_id = $1 and user_id = $2 and text_id = $3
      order by part`,
    values: [client, user, text],
  };
}
