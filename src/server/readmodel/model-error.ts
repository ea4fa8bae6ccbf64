/** The one error of the read model. It names ids and elements, never values. */
import type { ModelErrorCode } from './messages.ts';

export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly details: unknown;

  constructor(code: ModelErrorCode, message: string, details: unknown = null) {
    super(message);
    this.name = 'ModelError';
    this.code = code;
    this.details = details;
  }
}
