/** The command line: finds the command, reads its arguments, runs it, and turns what went wrong into
 * an exit code: 0 done, 1 refused or failed, 2 not understood. */
import { ProblemError } from './client.ts';
import { type Command, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, groupHelp, overallHelp } from './help.ts';
import { readInvocation } from './read-invocation.ts';
import { problemLines } from './show-problem.ts';
import type { Terminal } from './terminal.ts';

const HELP = new Set(['--help', '-h', 'help']);

/** Runs one command line, without the program's name; resolves with the exit code. */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [first, second] = args;
  if (first === undefined) {
    terminal.err(overallHelp(COMMANDS));
    return 2;
  }
  if (HELP.has(first)) {
    terminal.out(overallHelp(COMMANDS));
    return 0;
  }
  const command = findCommand(first, second);
  if (!command) return withoutCommand(first, second, terminal);
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(command, rest));
    return 0;
  }
  const isJson = rest.includes('--json');
  try {
    return await command.run(readInvocation(command, rest, terminal, env));
  } catch (error) {
    return exitCodeOf(error, command, terminal, isJson);
  }
}

function findCommand(first: string, second: string | undefined): Command | undefined {
  const byName = (name: string) => COMMANDS.find((command) => command.name === name);
  return byName(`${first} ${second}`) ?? byName(first);
}

function withoutCommand(first: string, second: string | undefined, terminal: Terminal): number {
  const group = COMMANDS.filter((command) => command.name.startsWith(`${first} `));
  if (group.length === 0) {
    terminal.err(
      `worksmartly: there is no command ${JSON.stringify(first)}. Try worksmartly --help`,
    );
    return 2;
  }
  if (second !== undefined && HELP.has(second)) {
    terminal.out(groupHelp(first, group));
    return 0;
  }
  terminal.err(groupHelp(first, group));
  return 2;
}

function exitCodeOf(error: unknown, command: Command, terminal: Terminal, isJson: boolean): number {
  if (error instanceof UsageError) {
    terminal.err(`worksmartly ${command.name}: ${error.message}`);
    terminal.err(`Try worksmartly ${command.name} --help`);
    return 2;
  }
  if (error instanceof ProblemError) {
    if (isJson) terminal.out(JSON.stringify(error.problem));
    for (const line of problemLines(error.problem)) terminal.err(line);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(`worksmartly ${command.name}: ${message}`);
  return 1;
}
