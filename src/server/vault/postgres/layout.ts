/** The directories under DIR and who may enter them (DESIGN §9). */

import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Layout {
  /** 0711, real path. */
  dir: string;
  /** 0700, owned by the database's uid; missing until the cluster is created. */
  pg: string;
  /** 0700, this process's: marks and the database's log. */
  state: string;
  /** 0700, this process's. */
  keys: string;
}

/** Throws where DIR is another account's. Makes what is missing and tightens what is there; `pg` is left to `createCluster`. */
export function prepareLayout(path: string): Layout {
  mkdirSync(path, { recursive: true });
  const dir = realpathSync(path);
  const uid = process.geteuid?.();
  if (uid !== 0 && statSync(dir).uid !== uid) {
    throw new Error(`${dir} belongs to another account: run as that user or as root`);
  }
  chmodSync(dir, 0o711);
  const layout = {
    dir,
    pg: resolve(dir, 'pg'),
    state: resolve(dir, 'state'),
    keys: resolve(dir, 'keys'),
  };
  for (const own of [layout.state, layout.keys]) {
    mkdirSync(own, { recursive: true });
    chmodSync(own, 0o700);
  }
  return layout;
}
