/** `serve`: the server in this process, until it is stopped. */
import type { RunningServer } from '../../server/main.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { DATA_OPTION, localConfig, PORT_OPTION, SHARES_OPTION } from '../local-server.ts';
import { loadRegistration, loadRun, loadServer, serverSettings } from '../server-parts.ts';
import { textTable } from '../text-table.ts';

const PERSON = /^\s*([^<>]+?)\s*<([^<>\s]+@[^<>\s]+)>\s*$/;

export const serve: Command = {
  name: 'serve',
  summary: 'run the server',
  options: {
    data: DATA_OPTION,
    port: PORT_OPTION,
    shares: SHARES_OPTION,
    'first-administrator': {
      value: "'NAME <ADDRESS>'",
      help: 'on an empty system, register this administrator and show a token and an invitation once',
    },
  },
  notes: settings,
  async run(invocation) {
    const { terminal, json } = invocation;
    const first = firstAdministrator(invocation);
    const { startServer } = await loadServer();
    const { runUntilStopped } = await loadRun();
    const configured = await localConfig(invocation);
    const server = await startServer(configured);
    try {
      const registered = first && (await registerAdministrator(server, first));
      if (json) terminal.out(JSON.stringify({ url: server.url, ...registered }));
      else {
        terminal.out(`listening at ${server.url}`);
        if (registered) {
          terminal.out(`token of ${first.name}, shown this once: ${registered.token}`);
          terminal.out(`or a passkey, by this link, once: ${registered.invitation}`);
        }
      }
    } catch (error) {
      await server.close();
      throw error;
    }
    return runUntilStopped(server, configured.config);
  },
};

/** Every variable, with what it means. */
function settings(): string {
  const rows = serverSettings().map(({ name, fallback = '', what, secret }) => [
    name,
    fallback,
    secret ? `${what}; or ${name}_FILE` : what,
  ]);
  const lines = textTable(['from the environment', 'default', ''], rows);
  return [
    ...lines,
    '',
    'SIGTERM and SIGINT stop it gracefully, twice at once; SIGHUP takes the',
    'certificate anew. docs/operations.md has the rest.',
  ].join('\n');
}

function firstAdministrator({ text }: Invocation): { name: string; address: string } | undefined {
  const given = text('first-administrator');
  if (given === undefined) return undefined;
  const [, name, address] = PERSON.exec(given) ?? [];
  if (name && address) return { name, address };
  throw new UsageError("--first-administrator takes 'NAME <ADDRESS>'");
}

async function registerAdministrator(
  server: RunningServer,
  first: { name: string; address: string },
): Promise<{ token: string; invitation: string }> {
  const { registerFirst } = await loadRegistration();
  let invitation = '';
  const token = await registerFirst(server.house, first, (link) => {
    invitation = link;
  });
  if (token) return { token, invitation };
  throw new CommandError('there are users already: an administrator registers all others');
}
