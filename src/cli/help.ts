/** Help, made from the commands themselves. */
import type { Command, Option } from './command.ts';
import { optionsOf } from './read-invocation.ts';

/** All commands, one line each. */
export function overallHelp(commands: readonly Command[]): string {
  return [
    'usage: worksmartly COMMAND [ARGUMENTS]',
    '',
    ...aligned(commands.map((command) => [usageOf(command), command.summary])),
    '',
    'worksmartly COMMAND --help tells more about each. Commands that talk to a server take --url and',
    '--token, or WORKSMARTLY_URL and WORKSMARTLY_TOKEN. --json answers for machines.',
    'exit 0: done; 1: refused or failed; 2: not understood',
  ].join('\n');
}

/** The commands that begin with the same word. */
export function groupHelp(word: string, commands: readonly Command[]): string {
  return [
    `usage: worksmartly ${word} COMMAND [ARGUMENTS]`,
    '',
    ...aligned(commands.map((command) => [usageOf(command), command.summary])),
  ].join('\n');
}

/** One command with its options; `args` may name what it is asked about. */
export function commandHelp(command: Command, args: readonly string[]): string {
  const options = optionsOf(command);
  const needed = Object.entries(options).filter(([, option]) => option.required);
  const usage = [usageOf(command), ...needed.map(([name, { value }]) => `--${name} ${value}`)];
  const notes = typeof command.notes === 'function' ? command.notes(args) : command.notes;
  return [
    `usage: worksmartly ${usage.join(' ')} [OPTIONS]`,
    '',
    command.summary,
    '',
    ...aligned(
      Object.entries(options).map(([name, option]) => [flagOf(name, option), option.help]),
    ),
    ...(notes ? ['', notes] : []),
  ].join('\n');
}

function usageOf({ name, positionals = [] }: Command): string {
  return [name, ...positionals].join(' ');
}

function flagOf(name: string, { value, multiple }: Option): string {
  return `--${name}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`;
}

function aligned(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
