/** Revokes a token at once, in every process. */
import { parseId } from '../../../contract/ids.ts';
import type { DomainOperation } from '../operation.ts';
import { revokeTokens } from './token-sql.ts';

export const revokeToken: DomainOperation = {
  run({ input }) {
    const token = parseId('token', input.params.id)!;
    return {
      work: { statements: revokeTokens('token_id', token) },
      answer: () => ({ id: input.params.id }),
    };
  },
};
