/** What a command is: its words, what it takes and what it does. Help, parsing and the test of both
 * read the same table. */
import type { Connection } from './connection.ts';
import type { Terminal } from './terminal.ts';

export interface Option {
  /** What stands for the value in help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  /** May be given more than once. */
  readonly multiple?: boolean;
}

export interface Command {
  /** One or two words: `serve`, `import check`. */
  readonly name: string;
  readonly summary: string;
  /** Names of the arguments without `--`, all required; in brackets, optional. */
  readonly positionals?: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Talks to a server: takes --url and --token. */
  readonly connects?: boolean;
  /** More about it, below the options in its help. */
  readonly notes?: string | ((args: readonly string[]) => string);
  /** Resolves with the exit code: 0 done, 1 refused or failed. Throws UsageError for 2. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** One call of a command. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** The value of an option, if given. */
  text(name: string): string | undefined;
  /** The values of an option that may be given more than once. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** Where the server is and who asks; throws UsageError when that is not said. */
  connection(): Connection;
}

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** It was understood and cannot be done: exit code 1, and the message is all there is to say. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}
