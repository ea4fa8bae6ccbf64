/** The arguments of a command, checked against what it takes. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Command, type Invocation, type Option, UsageError } from './command.ts';
import { connectionFrom } from './connection.ts';
import type { Terminal } from './terminal.ts';

const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { help: 'answer as JSON, for machines' },
  help: { help: 'show this' },
};

const CONNECTION_OPTIONS: Readonly<Record<string, Option>> = {
  url: { value: 'URL', help: 'the server (or WORKSMARTLY_URL)' },
  token: { value: 'TOKEN', help: 'who asks (or WORKSMARTLY_TOKEN, which no process list shows)' },
};

/** Every option that a command takes. */
export function optionsOf(command: Command): Record<string, Option> {
  return { ...command.options, ...(command.connects && CONNECTION_OPTIONS), ...COMMON_OPTIONS };
}

/** Throws UsageError for an unknown option, a missing value, or too few or too many arguments. */
export function readInvocation(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Invocation {
  const options = optionsOf(command);
  const { values, positionals } = parse(command, options, args);
  checkPositionals(command, positionals);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  for (const [name, { required, value }] of Object.entries(options)) {
    if (required && values[name] === undefined)
      throw new UsageError(`--${name} ${value} is needed`);
  }
  return {
    positionals,
    json: values.json === true,
    terminal,
    env,
    text,
    texts: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
    flag: (name) => values[name] === true,
    connection: () => connectionFrom({ url: text('url'), token: text('token') }, env),
  };
}

function parse(command: Command, options: Record<string, Option>, args: readonly string[]) {
  const config: ParseArgsOptionsConfig = {};
  for (const [name, { value, multiple }] of Object.entries(options)) {
    config[name] = { type: value ? 'string' : 'boolean', ...(multiple && { multiple }) };
  }
  // `npm run demo -- --once` reaches us with or without its `--`.
  const given = command.positionals?.length ? [...args] : args.filter((each) => each !== '--');
  try {
    return parseArgs({ args: given, options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]!, { cause: error });
  }
}

function checkPositionals({ positionals = [] }: Command, given: readonly string[]): void {
  const missing = positionals.slice(given.length).find((name) => !name.startsWith('['));
  if (missing) throw new UsageError(`${missing} is needed`);
  if (given.length > positionals.length) throw new UsageError('there are too many arguments');
}
