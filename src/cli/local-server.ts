/** What the commands that run a server, or a part of one, in this process have in common. */
import type { Invocation, Option } from './command.ts';
import { loadConfig } from './server-parts.ts';

export const DATA_OPTION: Option = {
  value: 'DIR',
  help: 'the directory with pg/, state/ and keys/ (or WORKSMARTLY_DATA; .worksmartly)',
};
export const PORT_OPTION: Option = {
  value: 'N',
  help: 'the port; 0 = any free one (or WORKSMARTLY_PORT; 8420)',
};

/** Configuration and secrets from --data, --port and the environment; throws with every fault. */
export async function localConfig({ text, env }: Invocation) {
  const { readConfig } = await loadConfig();
  return readConfig({ data: text('data'), port: text('port') }, env);
}
