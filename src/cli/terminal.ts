/** Where a command writes: answers to `out`, everything else to `err`. */

export interface Terminal {
  /** Writes a line of the answer. */
  out(line: string): void;
  /** Writes bytes of the answer as they are. */
  write(bytes: string | Uint8Array): void;
  /** Writes a line beside the answer. */
  err(line: string): void;
  /** Overwrites the present line of a terminal; nothing where there is none. */
  status(text: string): void;
}

/** The streams of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  // `worksmartly … | head` closes the pipe: that is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : 1),
  );
  let shown = 0;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[K');
    shown = 0;
  };
  return {
    out(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    write(bytes) {
      clear();
      stdout.write(bytes);
    },
    err(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    status(text) {
      if (!stderr.isTTY) return;
      clear();
      const fitting = text.slice(0, Math.max(0, stderr.columns - 1));
      stderr.write(fitting);
      shown = fitting.length;
    },
  };
}
