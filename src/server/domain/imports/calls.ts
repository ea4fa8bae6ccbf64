/** Calls between the import's job and its threads, in both directions, each with its answer. */
import type { Transferable } from 'node:worker_threads';

type Calls = Record<string, (argument: never) => unknown>;
type Handlers<C extends Calls> = {
  [K in keyof C]: (argument: Parameters<C[K]>[0]) => ReturnType<C[K]> | Promise<ReturnType<C[K]>>;
};

/** A worker, or its side's parent port. */
export interface Port {
  postMessage(value: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

type Message =
  | { readonly call: number; readonly name: string; readonly argument: unknown }
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly error: unknown };

export interface Caller<C extends Calls> {
  /** Rejects with what the other side threw, or with what `fail` was told. */
  call<K extends keyof C & string>(
    name: K,
    argument: Parameters<C[K]>[0],
    transfer?: readonly Transferable[],
  ): Promise<ReturnType<C[K]>>;
  /** Rejects every call that waits, and those to come. */
  fail(error: unknown): void;
  /** Whether every call so far came to a good end: the other side has nothing left to do. */
  isQuiet(): boolean;
}

export function openCalls<Theirs extends Calls, Ours extends Calls>(
  port: Port,
  ours: Handlers<Ours>,
): Caller<Theirs> {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  let hasFailed = false;

  async function serve(call: number, name: string, argument: unknown): Promise<void> {
    try {
      const value = await ours[name]!(argument as never);
      port.postMessage({ reply: call, value });
    } catch (error) {
      port.postMessage({ reply: call, error });
    }
  }

  port.on('message', (message) => {
    if ('call' in message) {
      void serve(message.call, message.name, message.argument);
      return;
    }
    const call = waiting.get(message.reply);
    waiting.delete(message.reply);
    if ('error' in message) {
      hasFailed = true;
      call?.reject(message.error);
    } else call?.resolve(message.value as never);
  });

  return {
    call(name, argument, transfer = []) {
      if (failure) return Promise.reject(failure.error);
      return new Promise((resolve, reject) => {
        const call = next++;
        waiting.set(call, { resolve, reject });
        port.postMessage({ call, name, argument }, transfer);
      });
    },
    fail(error) {
      failure = { error };
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
    isQuiet: () => failure === null && !hasFailed && waiting.size === 0,
  };
}
