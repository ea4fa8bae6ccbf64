/**
 * Opened keys of this process: least recently used out first, gone after five idle minutes, and
 * dropped at once for a client or a person. It never outlives what it was read from: see `epoch`.
 */

export interface KeyCacheOptions {
  /** Milliseconds of a clock that does not go back. */
  now: () => number;
  /** About 2 KB each for a person's keys with a few compartments. */
  entriesMax?: number;
  idleSeconds?: number;
}

interface Entry<V> {
  client: string;
  value: V;
  usedAt: number;
}

export class KeyCache<V> {
  #entries = new Map<string, Entry<V>>();
  #epoch = 0;
  #closed = false;
  readonly #now: () => number;
  readonly #entriesMax: number;
  readonly #idleMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor({ now, entriesMax = 50_000, idleSeconds = 300 }: KeyCacheOptions) {
    this.#now = now;
    this.#entriesMax = entriesMax;
    this.#idleMs = idleSeconds * 1000;
    this.#timer = setInterval(() => this.sweep(), Math.min(this.#idleMs, 15_000));
    this.#timer.unref();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Moves at every drop. Note it before reading wrapped keys; `set` refuses them if it has moved. */
  get epoch(): number {
    return this.#epoch;
  }

  /** `id` is a subject's uuid, or a name such as `client-key` for a client's own keys. */
  get(client: string, id: string): V | undefined {
    const name = nameOf(client, id);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    const now = this.#now();
    if (now - entry.usedAt >= this.#idleMs) return undefined;
    entry.usedAt = now;
    this.#entries.set(name, entry);
    return entry.value;
  }

  /**
   * Keeps a value read at `epoch`. Does nothing when something was dropped meanwhile: an erasure
   * must not be undone by a reader that was under way.
   */
  set(client: string, id: string, value: V, epoch: number): void {
    if (this.#closed || epoch !== this.#epoch) return;
    const name = nameOf(client, id);
    this.#entries.delete(name);
    this.#entries.set(name, { client, value, usedAt: this.#now() });
    if (this.#entries.size > this.#entriesMax) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
  }

  /** Drops one person's keys, or everything of the client. */
  drop(client: string, id?: string): void {
    this.#epoch++;
    if (id !== undefined) {
      this.#entries.delete(nameOf(client, id));
      return;
    }
    for (const [name, entry] of this.#entries) {
      if (entry.client === client) this.#entries.delete(name);
    }
  }

  /** Drops what has been idle; runs by itself every 15 seconds. */
  sweep(): void {
    const now = this.#now();
    for (const [name, entry] of this.#entries) {
      if (now - entry.usedAt < this.#idleMs) return;
      this.#entries.delete(name);
    }
  }

  /** Drops everything and keeps nothing from now on. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#epoch++;
    this.#entries.clear();
  }
}

function nameOf(client: string, id: string): string {
  return `${client}/${id}`;
}
