/** Example calls of the signing path: what the persona may sign, or else somebody else's offer. */
import { must } from './api.ts';
import type { Example, Scene } from './example-calls.ts';
import { DOCUMENT } from './request-bodies.ts';
import { assertion, newOffer, newSigner, type Signer, type ToSign } from './signing.ts';
import type { Persona } from './world.ts';

const TEAM: readonly Persona[] = ['servicing', 'product', 'outsider'];

const signers = new WeakMap<object, Map<Persona, Promise<Signer>>>();

/** The persona's passkey, made once per world. */
function signerOf({ world }: Scene, persona: Persona): Promise<Signer> {
  const known = signers.get(world) ?? new Map<Persona, Promise<Signer>>();
  signers.set(world, known);
  const isOfClient = !['servicing', 'product', 'outsider', 'security', 'administrator'].includes(
    persona,
  );
  const clients = isOfClient ? [world.clients[0]] : [];
  const signer =
    known.get(persona) ?? newSigner(world, world.users[persona], world.tokens[persona], clients);
  known.set(persona, signer);
  return signer;
}

const AGREEMENT = { operation: 'agreements.accept', body: DOCUMENT } as const;

function nda({ world }: Scene, persona: Persona): ToSign {
  return { operation: 'ndas.sign', params: { id: world.users[persona] }, body: DOCUMENT };
}

/** As the world has them: an example must change nothing for the others. */
const OPEN_RULES = {
  signed: false,
  places: false,
  reviews: false,
  approvals: 1,
  clientApprovesExceptions: false,
};

async function published(s: Scene, c?: string): Promise<string> {
  const text = { version: `v-${s.serial()}`, text: 'What was agreed.', mandatory: false };
  const by = s.world.tokens.administrator;
  const { id } =
    c === undefined
      ? await must(s.world.url, by, 'texts.publish', { body: { kind: 'notice', ...text } })
      : await must(s.world.url, by, 'client-texts.publish', {
          params: { c },
          body: { kind: 'agreement', ...text },
        });
  return id;
}

const textBody = (s: Scene, kind: string) => ({
  ...{ kind, version: `w-${s.serial()}`, text: 'What was agreed.', mandatory: false },
});

export const signingExamples = {
  'texts.publish': { '': (s) => ({ body: textBody(s, 'notice') }) },
  'texts.list': { '': () => ({}) },
  'texts.read': { '': async (s) => ({ params: { id: await published(s) } }) },
  'client-texts.publish': {
    '': (s) => ({ params: { c: s.world.clients[0] }, body: textBody(s, 'agreement') }),
  },
  'client-texts.list': { '': (s) => ({ params: { c: s.world.clients[0] } }) },
  'client-texts.read': {
    '': async (s) => {
      const [c] = s.world.clients;
      return { params: { c, id: await published(s, c) } };
    },
  },
  'ndas.list': {
    own: (s) => ({ params: { id: s.world.users[s.persona] } }),
    "of a provider's user": (s) => ({ params: { id: s.spare } }),
  },
  'reminders.list': { '': () => ({}) },
  'rules.set': {
    '': (s) => ({ params: { c: s.world.clients[0] }, body: OPEN_RULES }),
  },
  'signing.offer': {
    'of an agreement': async (s) => {
      await signerOf(s, s.persona);
      return { params: { c: s.world.clients[0] }, body: AGREEMENT };
    },
  },
  'signing.sign': {
    'of an agreement': async (s) => {
      const signer = await signerOf(s, 'executive');
      const c = s.world.clients[0];
      const offered = await newOffer(s.world.url, signer, { ...AGREEMENT, c });
      return { params: { c, id: offered.id }, body: assertion(signer, offered) };
    },
  },
  'provider-signing.offer': {
    'of the own nda': async (s) => {
      await signerOf(s, s.persona);
      return { body: nda(s, s.persona) };
    },
  },
  'provider-signing.sign': {
    'of an own nda': async (s) => {
      const by = TEAM.includes(s.persona) ? s.persona : 'servicing';
      const signer = await signerOf(s, by);
      const offered = await newOffer(s.world.url, signer, nda(s, by));
      return { params: { id: offered.id }, body: assertion(signer, offered) };
    },
  },
} satisfies Record<string, Readonly<Record<string, Example>>>;
