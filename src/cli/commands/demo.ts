/** `demo`: everything set up with invented clients, the story, then a server to try it on. */
import type { Command } from '../command.ts';
import { PORT_OPTION } from '../local-server.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'set up two invented clients, tell the story, then serve',
  options: {
    data: { value: 'DIR', help: 'an empty directory, or one that the demo made before' },
    port: PORT_OPTION,
    once: { help: 'end after the story instead of serving' },
  },
  async run({ text, flag, terminal, env }) {
    const { runDemo } = await import('../../demo/run-demo.ts');
    const say = (line: string): void => terminal.out(line);
    const options = { data: text('data'), port: text('port'), once: flag('once'), say, env };
    await runDemo(options);
    return 0;
  },
};
