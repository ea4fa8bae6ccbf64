/** What the commands that run a server, or a part of one, in this process have in common. */
import type { Invocation, Option } from './command.ts';
import { readShares } from './read-shares.ts';
import { loadConfig } from './server-parts.ts';

export const DATA_OPTION: Option = {
  value: 'DIR',
  help: 'the directory with pg/, state/ and keys/ (or WORKSMARTLY_DATA; .worksmartly)',
};
export const PORT_OPTION: Option = {
  value: 'N',
  help: 'the port; 0 = any free one (or WORKSMARTLY_PORT; 8420)',
};

export const SHARES_OPTION: Option = {
  value: 'FILES|-',
  help: 'shares of a split root key: files, with commas between, or - to type them in',
};

/** Configuration and secrets from --data, --port and the environment; throws with every fault. */
export async function localConfig(invocation: Invocation, shares = 'shares') {
  const { text, env } = invocation;
  const { readConfig } = await loadConfig();
  const { config, secrets } = readConfig({ data: text('data'), port: text('port') }, env);
  const rootShares = await readShares(invocation, text(shares));
  return { config, secrets: { ...secrets, ...(rootShares && { rootShares }) } };
}
