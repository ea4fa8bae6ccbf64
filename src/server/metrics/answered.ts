/** How one call ended, without who asked and what about. */
export interface Answered {
  readonly request: string;
  readonly operation: string;
  /** Null when the caller went away before the whole answer was sent. */
  readonly status: number | null;
  readonly ms: number;
  /** Of a refusal. */
  readonly reasons: readonly string[];
}
