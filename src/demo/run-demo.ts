/** The demo: sets everything up on an empty directory, tells the story, then serves. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../server/config.ts';
import { type RunningServer, startServer } from '../server/main.ts';
import { registerFirst } from '../server/register-first.ts';
import { PERSONAS } from './cast.ts';
import { openNarrator } from './narrator.ts';
import { type Scene, setUp } from './set-up.ts';
import { tellStory } from './story.ts';

export interface DemoOptions {
  readonly data: string | undefined;
  readonly port: string | undefined;
  /** Ends after the story instead of serving. */
  readonly once: boolean;
  readonly say: (line: string) => void;
  readonly env: NodeJS.ProcessEnv;
}

interface DemoFile {
  readonly url: string;
  readonly clients: readonly { readonly id: string; readonly name: string }[];
  readonly tokens: Readonly<Record<string, string>>;
}

/** Tells the story and serves until SIGINT or SIGTERM. Throws when the directory holds something
 * that no demo made. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { once, say } = options;
  const env: NodeJS.ProcessEnv = {
    ...options.env,
    WORKSMARTLY_REQUESTS_PER_SECOND: '2000',
    WORKSMARTLY_CLIENT_RULES: 'open',
  };
  const data = options.data ?? env.WORKSMARTLY_DATA ?? '.worksmartly/demo';
  const { config, secrets } = readConfig({ data, port: options.port }, env);
  const path = join(config.directory, 'demo.json');
  const isOld = existsSync(path);
  if (!isOld && existsSync(config.directory) && readdirSync(config.directory).length > 0) {
    throw new Error(
      `${data} is not empty and holds no finished demo: name another directory, or empty it`,
    );
  }
  mkdirSync(config.directory, { recursive: true, mode: 0o711 });
  const started = performance.now();
  const server = await startServer({ config, secrets, log: () => {} });
  try {
    const demo = isOld ? resume(path, server) : await play(server, say);
    writeDemoFile(path, demo);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`\n${isOld ? 'Resumed' : 'Ready'} after ${seconds} s.`);
    if (once) return;
    say(`Serving at ${server.url} until Ctrl-C. Tokens are in ${path}; for instance:`);
    say(`  export WORKSMARTLY_URL=${server.url}`);
    say(`  export WORKSMARTLY_TOKEN=$(node -p "JSON.parse(fs.readFileSync('${path}')).tokens.hr")`);
    say(`  bin/worksmartly report run headcount --client ${demo.clients[0]!.id}`);
    await stopSignal();
  } finally {
    await server.close();
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function resume(path: string, server: RunningServer): DemoFile {
  return { ...(JSON.parse(readFileSync(path, 'utf8')) as DemoFile), url: server.url };
}

async function play(server: RunningServer, say: (line: string) => void): Promise<DemoFile> {
  const tell = openNarrator(say);
  const account = { name: 'Ada Min', address: 'administrator@demo.example' };
  const administrator = await registerFirst(server.house, account);
  const stage = {
    base: `${server.url}/api/v1`,
    administrator: administrator!,
    now: server.house.now,
  };
  const scene = await setUp(stage, tell);
  await tellStory(scene, tell);
  return demoFile(server, scene);
}

function demoFile(server: RunningServer, { first, second, cast }: Scene): DemoFile {
  const tokens = Object.fromEntries(PERSONAS.map((persona) => [persona, cast[persona].token]));
  return { url: server.url, clients: [first, second], tokens };
}

/** By rename, so that a demo.json is always that of a finished demo. */
function writeDemoFile(path: string, demo: DemoFile): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
