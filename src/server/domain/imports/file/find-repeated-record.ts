/** Finds a record that two rows of one file give: which of them should hold would be chance. */

/** Answers the reason for a row that gives a record which an earlier row gave. `records` are type and
 * identity of all that the row gives. Holds the identities of the whole file. */
export function findRepeatedRecord(): (
  records: readonly (readonly [type: string, identity: string])[],
  row: number,
) => { readonly reason: string } | undefined {
  const rows = new Map<string, number>();
  return (records, row) => {
    const [type, identity] = records.find(([, identity]) => rows.has(identity)) ?? [];
    if (identity !== undefined) {
      return { reason: `gives the same record of ${type} as row ${rows.get(identity)}` };
    }
    for (const [, each] of records) rows.set(each, row);
    return undefined;
  };
}
