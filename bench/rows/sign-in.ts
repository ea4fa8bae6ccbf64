/** Signing in with a passkey: the server's time for the challenge and for the assertion, its entry
 * committed. Bare has no such figure. */
import { originOf } from '../../test/support/api.ts';
import { softAuthenticator } from '../../test/support/soft-authenticator.ts';
import type { MeasureRows } from '../context.ts';
import { median, type RowSpec, rowOf } from '../measure.ts';
import { call } from '../worksmartly/call.ts';

const SIGN_INS_PER_ROUND = 100;

export const signInRows: MeasureRows = async ({ worksmartly, rounds }) => {
  const spec: RowSpec = {
    name: 'sign-in with a passkey (challenge and assertion), p50',
    size: 1,
    unit: 'ms',
    better: 'lower',
    must: null,
    aim: null,
  };
  if (worksmartly === null) return [rowOf(spec, { worksmartly: [], bare: [] })];
  const { port } = worksmartly.side;
  const device = softAuthenticator(originOf(`http://127.0.0.1:${port}`));
  const invitation = new URL(await worksmartly.side.invite!()).hash.slice(1);
  const open = { port, token: '' };
  const offered = await call('invitations.options', { ...open, body: { invitation } });
  const created = device.create(offered.options as Parameters<typeof device.create>[0]);
  await call('invitations.accept', { ...open, body: { invitation, created } });
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const times: number[] = [];
    for (let i = 0; i < SIGN_INS_PER_ROUND; i++) {
      const began = performance.now();
      const { options } = await call('sessions.options', { ...open, body: {} });
      const asked = performance.now();
      const assertion = device.get(options as Parameters<typeof device.get>[0]);
      const signed = performance.now();
      await call('sessions.start', { ...open, body: { assertion } });
      times.push(performance.now() - signed + (asked - began));
    }
    // The first round warms up.
    if (round > 0) figures.push(median(times)!);
  }
  return [rowOf(spec, { worksmartly: figures, bare: [] })];
};
