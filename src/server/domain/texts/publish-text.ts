/** Publishes a version of a text: the fact has its digest, the database the text, sealed. What concerns
 * every client is mirrored into every client's ledger in the same transaction. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { badInput, conflict } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { DomainOperation } from '../operation.ts';
import { allClients } from './all-clients.ts';
import { keepText } from './sealed-text.ts';

interface Body {
  readonly kind: 'nda' | 'agreement' | 'notice';
  readonly version: string;
  readonly text: string;
  readonly mandatory: boolean;
  readonly from?: string;
}

export const publishText: DomainOperation = {
  async run({ house, state, principal, input, at }) {
    const { kind, version, text, mandatory, from } = input.body as Body;
    const now = new Date(at).toISOString();
    if (from !== undefined && from < now) {
      const reason = 'must not lie in the past: nobody could have accepted it then';
      throw badInput('This text cannot be published so.', [{ at: 'from', reason }]);
    }
    const { texts } = state.authority;
    if (texts.some(({ fact }) => fact.kind === kind && fact.version === version)) {
      throw conflict(
        'version-taken',
        'There is such a version already. Give this one another name.',
      );
    }
    const { digest: document, statement } = keepText(state, text);
    const id = toId('text', newUuid(at));
    const fact: Fact = {
      type: 'text.published',
      id,
      kind,
      version,
      document,
      mandatory,
      from: from ?? now,
      by: toId('user', principal.user),
      signature: null,
    };
    const everywhere = state.isProvider ? await allClients(house) : null;
    const mirrors = (everywhere?.states ?? []).map((client) => ({
      state: client,
      fact,
      mirrors: 0,
    }));
    return {
      facts: {
        list: [{ state, fact }, ...mirrors],
        statements: [...(everywhere ? [everywhere.areAll] : []), statement],
      },
      answer: () => ({ id, document }),
    };
  },
};
