/** Runs a command line in this process and keeps what it says. */
import { runCli } from '../../src/cli/run-cli.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `worksmartly …args` with this environment and nothing else of ours. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const decoder = new TextDecoder();
  const terminal = {
    out: (line: string) => {
      out += `${line}\n`;
    },
    write: (bytes: string | Uint8Array) => {
      out += typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true });
    },
    err: (line: string) => {
      err += `${line}\n`;
    },
    status: () => {},
  };
  const code = await runCli(args, terminal, env);
  return { code, out, err };
}
