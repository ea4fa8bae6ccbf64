/** The statements of offices, of the reasons of exceptions, and of what is told to all clients at once. */
import type { Statement } from './database.ts';

export function insertOffice(provider: string, id: string, ct: Buffer): Statement {
  return {
    name: 'office/insert',
    text: 'insert into office (client_id, office_id, ct) values ($1, $2, $3)',
    values: [provider, id, ct],
  };
}

export function readOffices(provider: string): Statement {
  return {
    name: 'office/list',
    text: 'select office_id, ct from office where client_id = $1 order by office_id',
    values: [provider],
  };
}

export function insertReason(client: string, id: string, ct: Buffer): Statement {
  return {
    name: 'exception-reason/insert',
    text: 'insert into exception_reason (client_id, exception_id, ct) values ($1, $2, $3)',
    values: [client, id, ct],
  };
}

export function readReasons(client: string): Statement {
  return {
    name: 'exception-reason/list',
    text: `select exception_id, ct from exception_reason where client_id = $1
      order by exception_id desc limit 1000`,
    values: [client],
  };
}

/** Divides by zero when there are more clients than these: one was opened meanwhile. */
export function noOtherClients(count: number): Statement {
  return {
    name: 'registry/no-others',
    text: `select 1 / (case when (select count(*) from registry where not is_provider) = $1
      then 1 else 0 end)`,
    values: [count],
  };
}
