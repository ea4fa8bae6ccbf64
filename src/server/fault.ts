/** What can go wrong: a Refusal, on which a person can act, or a Fault, which is ours. */
import type { PromiseId } from '../contract/promises.ts';

/** A request that is not carried out, with a reason that may be told. */
export class Refusal extends Error {
  readonly status: number;
  readonly reasons: readonly string[];
  readonly promise: PromiseId | undefined;
  readonly faults: readonly { at: string; reason: string }[] | undefined;
  constructor(
    status: number,
    reasons: readonly string[],
    detail: string,
    more: {
      promise?: PromiseId | undefined;
      faults?: readonly { at: string; reason: string }[];
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'Refusal';
    this.status = status;
    this.reasons = reasons;
    this.promise = more.promise;
    this.faults = more.faults;
  }
}

/** The same for whatever does not exist, or is not the caller's to know of. */
export function notFound(): Refusal {
  return new Refusal(404, ['not-found'], 'There is no such thing here.');
}

/** Input that cannot be used; `faults` say where and why, without repeating values. */
export function badInput(
  detail: string,
  faults: readonly { at: string; reason: string }[] = [],
  cause?: unknown,
): Refusal {
  return new Refusal(400, ['bad-input'], detail, { faults, cause });
}

/** A state that does not allow what was asked. */
export function conflict(reason: string, detail: string): Refusal {
  return new Refusal(409, [reason], detail);
}

/** Something of ours failed. Nothing was answered; the cause is for the log, never for the answer. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Fault';
    this.code = code;
  }
}
