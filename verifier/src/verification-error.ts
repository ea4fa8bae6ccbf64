// The reasons an outsider is given for refusing a bundle (FORMATS §1, Rule A), and the one error that carries them.

/** Every reason the verifier gives; the list is fixed by FORMATS §1. */
export const REASONS = [
  'actor-unknown',
  'side-mismatch',
  'client-not-active',
  'access-suspended',
  'clock-unchecked',
  'no-assignment',
  'assignment-suspended',
  'assignment-too-long',
  'not-reviewed',
  'no-nda',
  'no-agreement',
  'no-notice',
  'no-instruction',
  'instruction-suspended',
  'purpose-not-instructed',
  'type-not-instructed',
  'outside-premises',
  'outside-hours',
  'no-exception',
  'over-budget',
  'approvals-missing',
  'same-person',
  'signature-missing',
  'signature-invalid',
  'signature-reused',
  'time-went-back',
  'system-actor-read-data',
  'catalogue-digest',
  'policies-digest',
  'root-differs',
  'digest-differs',
  'not-canonical',
  'entry-missing',
] as const;

export type Reason = (typeof REASONS)[number];

/** Thrown wherever something does not verify; `message` is safe to show, it holds no value of an entry but ids. */
export class VerificationError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'VerificationError';
    this.reason = reason;
  }
}
