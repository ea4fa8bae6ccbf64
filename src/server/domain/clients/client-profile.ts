/** What is kept of a client beside its ledger: its name and the jurisdictions it adopted, sealed. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import type { Statement } from '../../vault/database.ts';

export interface ClientProfile {
  readonly name: string;
}

const FORM = { siv: true, pad: true };

export function insertProfile(state: LedgerState, profile: ClientProfile): Statement {
  const bytes = Buffer.from(JSON.stringify(profile));
  return {
    name: 'client/profile-insert',
    text: 'insert into client_profile (client_id, ct) values ($1, $2)',
    values: [
      state.id,
      sealBlob(state.clientKeys.record, 1, ['client-profile', state.id], bytes, FORM),
    ],
  };
}

export async function readProfile(house: House, state: LedgerState): Promise<ClientProfile> {
  const [rows] = await house.database.batch(
    [state.id],
    [
      {
        name: 'client/profile',
        text: 'select ct from client_profile where client_id = $1',
        values: [state.id],
      },
    ],
  );
  const ct = rows![0]!.ct as Buffer;
  const bytes = openBlob(state.clientKeys.record, 1, ['client-profile', state.id], ct, FORM);
  return JSON.parse(bytes.toString()) as ClientProfile;
}
