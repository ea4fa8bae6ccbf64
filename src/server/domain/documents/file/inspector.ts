/** Looks at a file while it passes, holding little of it: the form of a format is a generator that asks
 * for bytes in their order and throws FileFault at the first thing that is wrong. */
import { FileFault } from './file-fault.ts';

export interface Inspector {
  /** Throws FileFault. */
  push(bytes: Buffer): void;
  /** Called after the last byte; throws FileFault when something is missing. */
  end(): void;
}

/** What a form asks for: some bytes in hand, bytes that only pass, everything up to a byte (which is
 * left), to be told whether anything comes at all, or all that is still to come. */
export type Want =
  | { readonly take: number }
  | { readonly pass: number; readonly use?: (bytes: Buffer) => void }
  | { readonly find: number }
  | { readonly more: true }
  | { readonly rest: true };

export type Form = Generator<Want, void, Buffer>;

const TAKE_MAX = 64 * 1024;
const NONE = Buffer.alloc(0);

export function inspectForm(form: Form): Inspector {
  let held = NONE;
  let left = 0;
  let state = form.next();

  function ask(answer: Buffer): void {
    state = form.next(answer);
    left = state.done !== true && 'pass' in state.value ? state.value.pass : 0;
  }

  /** How many of the bytes are used up; 0 when more are needed. */
  function step(bytes: Buffer, want: Want): number {
    if ('take' in want) {
      if (want.take > TAKE_MAX) throw new FileFault('is not built as such files are');
      if (bytes.length < want.take) return 0;
      ask(bytes.subarray(0, want.take));
      return want.take;
    }
    if ('pass' in want) {
      const passing = bytes.subarray(0, left);
      want.use?.(passing);
      left -= passing.length;
      if (left === 0) ask(NONE);
      return passing.length;
    }
    if ('rest' in want) return bytes.length;
    if ('more' in want) {
      ask(NONE);
      return 0;
    }
    const at = bytes.indexOf(want.find);
    if (at !== -1) ask(NONE);
    return at === -1 ? bytes.length : at;
  }

  function isAsking(): boolean {
    if (state.done) return false;
    const want = state.value;
    return 'take' in want ? want.take === 0 : 'pass' in want && left === 0;
  }

  if (state.done !== true && 'pass' in state.value) left = state.value.pass;
  return {
    push(bytes) {
      let rest = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = NONE;
      while (rest.length > 0) {
        if (state.done) throw new FileFault('has something behind its end');
        const want = state.value;
        const used = step(rest, want);
        if (used === 0 && 'take' in want && rest.length < want.take) break;
        rest = rest.subarray(used);
      }
      held = Buffer.from(rest);
    },
    end() {
      while (isAsking()) ask(NONE);
      const isWhole = state.done || 'rest' in state.value || 'more' in state.value;
      if (held.length > 0 || !isWhole) {
        throw new FileFault('is cut off');
      }
    },
  };
}
