/** `demo`: everything set up with invented clients, the story, then a server to try it on. */
import type { Command } from '../command.ts';
import { PORT_OPTION } from '../local-server.ts';

/** What src/demo offers; it runs until it is stopped, unless `once`. */
interface Demo {
  runDemo(options: {
    readonly data: string | undefined;
    readonly port: string | undefined;
    readonly once: boolean;
    readonly say: (line: string) => void;
    readonly env: NodeJS.ProcessEnv;
  }): Promise<number | undefined>;
}

export const demo: Command = {
  name: 'demo',
  summary: 'set up two invented clients, tell the story, then serve',
  options: {
    data: { value: 'DIR', help: 'an empty directory, or one that the demo made before' },
    port: PORT_OPTION,
    once: { help: 'end after the story instead of serving' },
  },
  async run({ text, flag, terminal, env }) {
    const { href } = new URL('../../demo/run-demo.ts', import.meta.url);
    const { runDemo } = (await import(href)) as Demo;
    const say = (line: string): void => terminal.out(line);
    const options = { data: text('data'), port: text('port'), once: flag('once'), say, env };
    return (await runDemo(options)) ?? 0;
  },
};
