/** `user`: registering and disabling users, their tokens and their non-disclosure agreements. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { callOperation } from '../client.ts';
import { type Command, CommandError } from '../command.ts';

export const registerUser: Command = {
  name: 'user register',
  summary: 'register a user of the provider, or of a client',
  connects: true,
  options: {
    side: { value: 'provider|client', help: 'whose user it is', required: true },
    role: { value: 'ROLE', help: 'what they are', required: true, multiple: true },
    name: { value: 'NAME', help: 'what they are called', required: true },
    address: { value: 'MAIL', help: 'what they sign in with', required: true },
    client: { value: 'ID', help: 'of which client' },
    subject: { value: 'ID', help: "a manager's or employee's own staff record" },
    person: { value: 'ID', help: 'the same person as another user' },
  },
  async run({ text, texts, json, terminal, connection }) {
    const body = {
      side: text('side'),
      roles: texts('role'),
      name: text('name'),
      address: text('address'),
      client: text('client'),
      subject: text('subject'),
      person: text('person'),
    };
    const answer = await callOperation(connection(), 'users.register', { body });
    terminal.out(json ? JSON.stringify(answer) : answer.id);
    return 0;
  },
};

export const disableUser: Command = {
  name: 'user disable',
  summary: 'disable a user at once, everywhere',
  positionals: ['USER'],
  connects: true,
  async run({ positionals, json, terminal, connection }) {
    const params = { id: positionals[0]! };
    const answer = await callOperation(connection(), 'users.disable', { params });
    terminal.out(json ? JSON.stringify(answer) : `${answer.id} is disabled`);
    return 0;
  },
};

export const issueToken: Command = {
  name: 'user token',
  summary: 'issue a bearer token; it is shown once',
  positionals: ['USER'],
  connects: true,
  options: { until: { value: 'TIME', help: 'when it ends: 2026-11-23T09:15:00.000Z' } },
  async run({ positionals, text, json, terminal, connection }) {
    const options = { params: { id: positionals[0]! }, body: { until: text('until') } };
    const answer = await callOperation(connection(), 'tokens.issue', options);
    terminal.out(json ? JSON.stringify(answer) : answer.token);
    if (!json) terminal.err(`${answer.id}, until ${answer.until}`);
    return 0;
  },
};

export const inviteUser: Command = {
  name: 'user invite',
  summary: 'invite a user to make a passkey; the link is shown once',
  positionals: ['USER'],
  connects: true,
  async run({ positionals, json, terminal, connection }) {
    const options = { params: { id: positionals[0]! } };
    const answer = await callOperation(connection(), 'invitations.issue', options);
    terminal.out(json ? JSON.stringify(answer) : answer.link);
    if (!json) terminal.err(`${answer.id}, until ${answer.until}`);
    return 0;
  },
};

export const signNda: Command = {
  name: 'user nda',
  summary: 'record a signed non-disclosure agreement',
  positionals: ['USER'],
  connects: true,
  options: {
    document: {
      value: 'FILE|sha256:…',
      help: 'what was signed; only its digest is sent',
      required: true,
    },
    version: { value: 'TEXT', help: "the document's version", required: true },
    from: { value: 'TIME', help: 'since when; now, if absent' },
    until: { value: 'TIME', help: 'until when; open, if absent' },
  },
  async run({ positionals, text, json, terminal, connection }) {
    const body = {
      document: await digestOf(text('document')!),
      version: text('version'),
      from: text('from'),
      until: text('until'),
    };
    const options = { params: { id: positionals[0]! }, body };
    const answer = await callOperation(connection(), 'ndas.sign', options);
    terminal.out(json ? JSON.stringify(answer) : answer.id);
    return 0;
  },
};

/** A digest as it is, or that of a file. */
async function digestOf(document: string): Promise<string> {
  if (/^sha256:[0-9a-f]{64}$/.test(document)) return document;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(document)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new CommandError(`cannot read ${document}`, { cause: error });
  }
  return `sha256:${hash.digest('hex')}`;
}
