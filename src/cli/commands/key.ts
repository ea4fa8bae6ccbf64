/** `key rotate`: a new root key; everything under the old one is wrapped anew. */
import type { Command } from '../command.ts';
import { DATA_OPTION, localConfig } from '../local-server.ts';
import { openProgress } from '../progress.ts';
import { loadHouse, loadRotation } from '../server-parts.ts';

export const rotateKey: Command = {
  name: 'key rotate',
  summary: 'make a new root key and wrap all keys under it',
  options: { data: DATA_OPTION },
  async run(invocation) {
    const { terminal, json } = invocation;
    const { openHouse } = await loadHouse();
    const { rotateRoot } = await loadRotation();
    const config = await localConfig(invocation);
    const opened = await openHouse({ ...config, now: Date.now, log: () => {} });
    const progress = openProgress(terminal, 'rotating', 'ledgers');
    try {
      const rotation = await rotateRoot(opened.house, progress.update);
      const { version, rewrapped, destroyed } = rotation;
      if (json) terminal.out(JSON.stringify(rotation));
      else {
        terminal.out(`root key version ${version}: ${rewrapped} keys wrapped anew`);
        terminal.out(`destroyed versions: ${destroyed.join(', ') || 'none'}`);
      }
      return 0;
    } finally {
      progress.close();
      await opened.close();
    }
  },
};
