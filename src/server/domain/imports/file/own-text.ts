/** V8 lets a slice of 13 characters or more keep the whole block that it was cut from alive. */

/** An equal text that keeps nothing else alive: for what outlives its batch. */
export function ownText(text: string): string {
  return text.length < 13 ? text : Buffer.from(text).toString();
}
