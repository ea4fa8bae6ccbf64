/** The statements of bulk edits' previews. */
import type { Statement } from './database.ts';

/** Stores a preview, and removes those that nobody can open any more. */
export function storePreview(client: string, id: string, parts: readonly Buffer[]): Statement[] {
  return [
    {
      name: 'bulk/forget',
      text: `delete from bulk_preview p where p.client_id = $1
        and not exists (select from staff_import s where s.client_id = p.client_id
          and s.import_id = p.import_id and s.wrapped is not null)`,
      values: [client],
    },
    ...parts.map((ct, part) => ({
      name: 'bulk/store',
      text: 'insert into bulk_preview (client_id, import_id, part, ct) values ($1, $2, $3, $4)',
      values: [client, id, part, ct],
    })),
  ];
}

export function readPreviewParts(client: string, id: string): Statement {
  return {
    name: 'bulk/read',
    text: 'select ct from bulk_preview where client_id = $1 and import_id = $2 order by part',
    values: [client, id],
  };
}
