/** A thread that digests a long list of changes, so that nobody waits for it. */
import { parentPort } from 'node:worker_threads';
import { openCalls } from './calls.ts';
import { digestChanges } from './digest-changes.ts';
import type { DigestTasks } from './thread-messages.ts';

openCalls<Record<never, never>, DigestTasks>(parentPort!, { digestChanges });
