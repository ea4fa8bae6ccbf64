/**
 * One of the two things compared. Both answer the same HTTP paths (FORMATS §5), so the rows of the
 * bench send both the same requests; only what stands here differs.
 */

/** One client organisation on a side. */
export interface SideClient {
  /** `cli_…` */
  id: string;
  /** A bearer token that may list, read, correct, import and report. */
  token: string;
  /** The token of the client's executive, where there is one. */
  executive?: string;
  /** `sub_…` ids, in an order that has nothing to do with storage; filled after the import. */
  staff: string[];
}

export interface Side {
  name: 'worksmartly' | 'bare';
  port: number;
  /** Makes a new client with no staff, ready for an import. */
  addClient(): Promise<SideClient>;
  /** Registers a user and answers a link that lets it sign in; bare has nothing like it. */
  invite?(): Promise<string>;
  /** Ids of its staff, at most 5,000, taken from the database: a list is measured, not used for set-up. */
  staffOf(client: SideClient): Promise<string[]>;
  /** Time in ms from a process that has just started to its first answer about a client's staff. */
  openCold(client: SideClient): Promise<number>;
  /** Another server process on the same data, which has not served anything yet. */
  startFresh(): Promise<Fresh>;
  /** Lets the database settle after imports (vacuum, analyze). */
  settle(): Promise<void>;
  /** Blocks of this side's database read from outside its cache so far. */
  blocksRead(): Promise<number>;
  /** Resident memory of the server process in MiB. */
  residentMiB(): Promise<number>;
  stop(): Promise<void>;
}

export interface Fresh {
  port: number;
  residentMiB(): Promise<number>;
  stop(): Promise<void>;
}
