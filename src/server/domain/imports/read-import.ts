// placeholder until the import job lands (helper H9 replaces this file)
import { Fault } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
export const readImport: DomainOperation = {
  run() {
    throw new Fault('x', 'not yet');
  },
};
