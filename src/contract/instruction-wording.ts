/** The sentence that asks a client for the instruction that is missing. */

/** `types` are ids of record types, or 'all' where a call takes whatever is instructed. */
export function instructionWording(purpose: string, types: readonly string[] | 'all'): string {
  const what =
    types === 'all' || types.length === 0
      ? 'the record types that you name'
      : `the record types ${[...types].sort().join(', ')}`;
  return `Ask the client to give this instruction: “The provider processes ${what} for the purpose ${purpose}.”`;
}
