/** Where events go beside the ledgers: a syslog collector and a file. Nobody waits for them: what does not
 * fit into the queue is lost, and counted. */

export interface EventSinks {
  /** Whether anybody wants events at all. */
  readonly areWanted: boolean;
  /** Lines of OCSF, without line ends. */
  send(lines: readonly string[]): void;
  /** How many were lost since this was last asked. */
  takeLost(): number;
  close(): Promise<void>;
}

export const NO_SINKS: EventSinks = {
  areWanted: false,
  send() {},
  takeLost: () => 0,
  close: async () => {},
};
