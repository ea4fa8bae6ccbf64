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
  readonly data: string;
  readonly port: number;
  /** Exits after the story instead of serving. */
  readonly once: boolean;
  readonly out: (text: string) => void;
  /** Resolves when the demo is to stop serving. */
  readonly stopped: Promise<void>;
}

interface DemoFile {
  readonly url: string;
  readonly clients: readonly { readonly id: string; readonly name: string }[];
  readonly tokens: Readonly<Record<string, string>>;
}

/** Throws when `data` holds something that no demo made. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { data, port, once, out, stopped } = options;
  const path = join(data, 'demo.json');
  const isOld = existsSync(path);
  if (!isOld && existsSync(data) && readdirSync(data).length > 0) {
    throw new Error(
      `${data} is not empty and holds no finished demo. Name another directory, or empty it.`,
    );
  }
  mkdirSync(data, { recursive: true, mode: 0o711 });
  const started = performance.now();
  const env = { ...process.env, WORKSMARTLY_REQUESTS_PER_SECOND: '2000' };
  const { config, secrets } = readConfig({ data, port }, env);
  const server = await startServer({ config, secrets, log: () => {} });
  try {
    const demo = isOld ? resume(path, server) : await play(server, out);
    writeDemoFile(path, demo);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    out(`\n${isOld ? 'Resumed' : 'Ready'} after ${seconds} s.\n`);
    if (once) return;
    out(`Serving at ${server.url} until Ctrl-C. Tokens are in ${path}; for instance:\n`);
    out(`  curl -H "Authorization: Bearer $(node -p 'require("${path}").tokens.hr')" \\\n`);
    out(`    ${server.url}/api/v1/clients/${demo.clients[0]!.id}/staff\n`);
    await stopped;
  } finally {
    await server.close();
  }
}

function resume(path: string, server: RunningServer): DemoFile {
  return { ...(JSON.parse(readFileSync(path, 'utf8')) as DemoFile), url: server.url };
}

async function play(server: RunningServer, out: (text: string) => void): Promise<DemoFile> {
  const tell = openNarrator(out);
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
