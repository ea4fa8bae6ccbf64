/** Shares of the root key, from files or typed in; with the passphrases of their custodians. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, type Invocation } from './command.ts';
import { loadKeyFile } from './server-parts.ts';

type Share = Awaited<ReturnType<Awaited<ReturnType<typeof loadKeyFile>>['openShare']>>;

/** Undefined when none are given. Throws what is wrong with one, without repeating it. */
export async function readShares(
  { terminal }: Invocation,
  given: string | undefined,
): Promise<readonly Share[] | undefined> {
  if (given === undefined) return undefined;
  const { openShare } = await loadKeyFile();
  const lines = openLines();
  const shares: Share[] = [];
  const ask = async (what: string) => {
    terminal.err(what);
    const line = await lines.next();
    if (line === null) throw new CommandError('there is no more input');
    return line;
  };
  const add = async (text: string) => {
    const share = await openShare(text, (number) =>
      ask(`passphrase of the custodian of share ${number}:`),
    );
    shares.push(share);
    return share.threshold;
  };
  try {
    if (given === '-') {
      let needed = 1;
      while (shares.length < needed) {
        needed = await add(
          await ask(`share, ${shares.length + 1} of ${needed > 1 ? needed : '…'}:`),
        );
      }
    } else for (const path of given.split(',')) await add(shareIn(path));
    return shares;
  } finally {
    lines.close();
  }
}

function shareIn(path: string): string {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .find((text) => text.trim().toUpperCase().startsWith('WSS'));
  if (line) return line;
  throw new CommandError(`${path} holds no share`);
}

/** Lines of standard input, not shown as they are typed. */
function openLines() {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  let lines: ReturnType<typeof createInterface> | undefined;
  let iterator: AsyncIterator<string> | undefined;
  return {
    async next(): Promise<string | null> {
      const { stdin } = process;
      lines ??= createInterface({ input: stdin, output: hidden, terminal: stdin.isTTY === true });
      iterator ??= lines[Symbol.asyncIterator]();
      const { value, done } = await iterator.next();
      return done ? null : value;
    },
    close: () => lines?.close(),
  };
}
