/** Every version of the texts that this ledger knows, oldest first. */
import type { DomainOperation } from '../operation.ts';
import { shownText } from './read-text-part.ts';

export const listTexts: DomainOperation = {
  run: ({ state }) => ({
    types: [],
    answer: () => ({ items: state.authority.texts.map(shownText) }),
  }),
};
