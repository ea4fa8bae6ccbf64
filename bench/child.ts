/** A child process of the bench that says on its first line of output where it listens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Child<Ready> {
  ready: Ready;
  pid: number;
  /** Closes its input and waits; ends it if it does not go by itself. */
  stop(): Promise<void>;
}

/** Starts this node on a script; the first line must be JSON. Rejects when it ends before that. */
export async function startChild<Ready>(script: string, argument: unknown): Promise<Child<Ready>> {
  const child = spawn(process.execPath, [script, JSON.stringify(argument)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = JSON.parse(await firstLine(child)) as Ready;
  child.stdout?.resume();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ready,
    pid: child.pid as number,
    async stop() {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the child ended with ${code} before it was ready`)),
    );
  });
}

/** Resident memory of a process in MiB (Linux). */
export function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}
