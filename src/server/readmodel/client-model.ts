/** The model of one client: loaded when first asked, brought up to date when an answer must be fresher,
 * made anew when something was erased. Calls wait for each other's loading, never for each other. */
import type pg from 'pg';
import type { Catalogue, Compartment } from '../../catalogue/catalogue.ts';
import { readChangedRecords } from '../ledger/changed-records.ts';
import { type Bitmap, clearBit, hasBit, intersect, newBitmap, setBit } from './bitmap.ts';
import { canariesOf } from './canaries.ts';
import { ClientReports, type ReportTurn } from './client-reports.ts';
import { dayOf } from './day.ts';
import { type RunType, runType } from './held-types.ts';
import { listPeople, personOf } from './list.ts';
import { loadCompartments, loadPeople, loadRecords } from './load.ts';
import type {
  Call,
  ClientAccess,
  ListAnswer,
  ListQuery,
  ReportRun,
  Scope,
  Version,
} from './messages.ts';
import { addTags, type ModelData, modelBytes, newModelData } from './model-data.ts';
import { ModelError } from './model-error.ts';
import { refreshData } from './refresh.ts';
import { isUnder, peopleUnder } from './reporting-lines.ts';
import type { ReportResult } from './reports/report.ts';
import { type Head, inSnapshot } from './snapshot.ts';
import { newTable, putRecord, type Table } from './table.ts';
import { UuidIndex } from './uuid-index.ts';
import { View } from './view.ts';

export interface ModelParts {
  readonly catalogue: Catalogue;
  /** Two connections are enough: while one load waits for its rows, another one can open its own. */
  readonly pool: pg.Pool;
  readonly duckMemoryMb: number;
}

interface Loaded {
  readonly data: ModelData;
  readonly compartments: ReadonlySet<Compartment>;
  readonly head: Head;
  /** Bare uuids: shown among others where that is asked for, and counted nowhere. */
  readonly canaries: readonly string[];
}

/** Changes beyond this share of all records cost more than loading anew. */
const REFRESH_SHARE = 0.2;

/** Beyond this many changed people orders and indexes are made anew. */
const UPDATE_MAX = 1000;

export class ClientModel {
  readonly #parts: ModelParts;
  #access: ClientAccess;
  #loaded: Loaded | null = null;
  #loading: Promise<void> = Promise.resolve();
  #view: View | null = null;
  #otherView: View | null = null;
  #reports: ClientReports;
  readonly #closing = new AbortController();
  /** Calls under way, and when the last one ended: whoever holds models decides by them. */
  calls = 0;
  usedAt = 0;
  loadMs = 0;
  loads = 0;

  constructor(parts: ModelParts, access: ClientAccess) {
    this.#parts = parts;
    this.#access = access;
    this.#reports = new ClientReports(parts.catalogue, parts.duckMemoryMb);
  }

  get catalogue(): Catalogue {
    return this.#parts.catalogue;
  }

  set access(access: ClientAccess) {
    this.#access = access;
  }

  get access(): ClientAccess {
    return this.#access;
  }

  /** Resolves when the model is at `at` or later and holds these compartments. */
  async ready(at: Version, compartments: readonly Compartment[]): Promise<void> {
    while (!this.#isReady(at, compartments)) {
      const before = this.#loading;
      await before;
      this.#closing.signal.throwIfAborted();
      // Whoever comes first loads; the others look again when that is done.
      if (this.#loading !== before || this.#isReady(at, compartments)) continue;
      const loading = this.#bringUpToDate(at, compartments);
      this.#loading = loading.catch(() => {});
      await loading;
      if (!this.#isReady(at, compartments)) {
        throw new ModelError('fault', 'the database is behind the version asked for');
      }
    }
  }

  get dataVersion(): number {
    return this.#loaded?.head.dataVersion ?? -1;
  }

  get people(): number {
    return this.#loaded?.data.people.size ?? 0;
  }

  get records(): number {
    let records = 0;
    for (const table of this.#loaded?.data.tables.values() ?? []) records += table.ids.size;
    return records;
  }

  get bytes(): number {
    return this.#loaded === null ? 0 : modelBytes(this.#loaded.data) + (this.#view?.bytes ?? 0);
  }

  /** The people on one day. Call `ready` before. */
  view(today: string): View {
    const day = dayOf(today);
    if (this.#view?.day !== day) this.#view = new View(this.#loaded!.data, day);
    return this.#view;
  }

  /** The same for a day that few ask for: what is made for lists of today stays. */
  viewOn(date: string): View {
    const day = dayOf(date);
    if (this.#view?.day === day) return this.#view;
    if (this.#otherView?.day !== day) this.#otherView = new View(this.#loaded!.data, day);
    return this.#otherView;
  }

  /** Everybody in the scope, and below one of them if that is asked: a bitmap of the caller's own.
   * Throws `unknown-subject` when that one is not the reader's to see. */
  peopleIn(view: View, scope: Scope, under?: ListQuery['under'], showsCanaries = false): Bitmap {
    const people = this.#peopleOf(view, scope);
    if (!showsCanaries) this.#leaveOutCanaries(view, people);
    if (!under) return people;
    const person = personOf(view, under.subject);
    const isSelf = scope.kind !== 'all' && scope.subject === under.subject;
    if (person === -1 || !(isSelf || hasBit(people, person))) {
      throw new ModelError('unknown-subject', 'nobody whom this reader sees');
    }
    intersect(people, peopleUnder(view.lines(), person, view.capacity, under.levels));
    return people;
  }

  isUnder(view: View, subject: string, manager: string): boolean {
    const [person, above] = [personOf(view, subject), personOf(view, manager)];
    return person !== -1 && above !== -1 && isUnder(view.lines(), person, above);
  }

  #leaveOutCanaries(view: View, people: Bitmap): void {
    for (const canary of this.#loaded!.canaries) {
      const person = personOf(view, canary);
      if (person !== -1) clearBit(people, person);
    }
  }

  #peopleOf(view: View, scope: Scope): Bitmap {
    if (scope.kind === 'all') return view.present.slice();
    const person = personOf(view, scope.subject);
    if (person === -1) return newBitmap(view.capacity);
    if (scope.kind === 'under') return peopleUnder(view.lines(), person, view.capacity);
    const self = newBitmap(view.capacity);
    setBit(self, person);
    return self;
  }

  /** Runs a report at the data version that it says. Call `ready` before. */
  report(run: ReportRun, signal: AbortSignal): Promise<{ dataVersion: number } & ReportResult> {
    const isCurrent = (dataVersion: number) => dataVersion === this.dataVersion;
    return this.#reports.run(run, this.#takeTurn(run, signal), isCurrent, signal);
  }

  #takeTurn(run: ReportRun, signal: AbortSignal): () => ReportTurn {
    return () => {
      const view = this.view(run.today);
      const isAll = run.scope.kind === 'all' && this.#loaded!.canaries.length === 0;
      const people = isAll ? null : this.peopleIn(view, run.scope);
      const loadForRun = (type: RunType) => this.#runTable(type, signal);
      return { dataVersion: this.dataVersion, view, people, loadForRun };
    };
  }

  /** A page of the people behind one figure. Call `ready` before. */
  async reportPeople(
    { run, place, query }: Extract<Call, { kind: 'report-people' }>,
    signal: AbortSignal,
  ): Promise<ListAnswer> {
    const { turn, people } = await this.#reports.people(
      run,
      place,
      this.#takeTurn(run, signal),
      signal,
    );
    const { view, dataVersion } = turn;
    const found = newBitmap(view.capacity);
    for (const person of people) setBit(found, person);
    return { dataVersion, ...listPeople(view, query, found) };
  }

  /** What one run may hold of a type; the caller lets go of it. */
  async #runTable(type: RunType, signal: AbortSignal): Promise<Table | undefined> {
    const held = runType(this.#parts.catalogue, type);
    if (held === undefined) return undefined;
    const { people } = this.#loaded!.data;
    const table = newTable(held, people.size);
    const compartments = [held.compartment];
    const scratch = { people, tags: new UuidIndex(people.size), tagPerson: [], tagCompartment: [] };
    await this.#inSnapshot(async (db, head) => {
      const context = { db, head, access: this.#access, signal };
      const expected = await readChangedRecords({
        db,
        access: this.#access,
        compartments,
        from: 0,
        to: head.size,
      });
      const keyrings = await loadPeople(context, { people }, null);
      addTags(scratch, this.#access, compartments, 0);
      const wanted = { compartments, records: null, types: [type] };
      await loadRecords(
        context,
        scratch,
        keyrings,
        wanted,
        expected,
        (bytes, at, person, plain) => {
          if (plain.t === type) putRecord(table, bytes, at, person, plain);
        },
      );
    });
    return table;
  }

  /** Lets go of everything; loading under way stops at its next row. */
  close(): void {
    this.#closing.abort();
    this.#forget();
  }

  #isReady(at: Version, compartments: readonly Compartment[]): boolean {
    const loaded = this.#loaded;
    return (
      loaded !== null &&
      loaded.head.dataVersion >= at.dataVersion &&
      loaded.head.purgeVersion >= at.purgeVersion &&
      compartments.every((compartment) => loaded.compartments.has(compartment))
    );
  }

  async #bringUpToDate(at: Version, compartments: readonly Compartment[]): Promise<void> {
    const started = performance.now();
    try {
      if (this.#loaded !== null && this.#loaded.head.purgeVersion < at.purgeVersion) this.#forget();
      await this.#inSnapshot((db, head) => this.#loadAt(db, head, compartments));
    } catch (error) {
      // Half a load is no model: the next call begins anew.
      this.#forget();
      throw error;
    }
    this.loadMs = performance.now() - started;
    this.loads++;
  }

  async #loadAt(
    db: pg.ClientBase,
    head: Head,
    compartments: readonly Compartment[],
  ): Promise<void> {
    const access = this.#access;
    const context = { db, head, access, signal: this.#closing.signal };
    const digests = (names: readonly Compartment[], from: number) =>
      readChangedRecords({ db, access, compartments: names, from, to: head.size });
    if (this.#loaded !== null && this.#loaded.head.purgeVersion !== head.purgeVersion)
      this.#forget();
    let loaded = this.#loaded;
    if (loaded !== null && loaded.head.size < head.size) {
      const names = [...loaded.compartments];
      const changed = await digests(names, loaded.head.size);
      if (changed.count > REFRESH_SHARE * this.records) {
        for (const name of compartments) if (!names.includes(name)) names.push(name);
        this.#forget();
        loaded = null;
        compartments = names;
      } else {
        const people = await refreshData(context, loaded.data, names, changed);
        if (people.size > UPDATE_MAX || this.#view?.update(people) === false) this.#view = null;
      }
    }
    const held = loaded?.compartments ?? new Set<Compartment>();
    const missing = compartments.filter((name) => !held.has(name));
    const data = loaded?.data ?? newModelData(this.#parts.catalogue);
    if (missing.length > 0) {
      await loadCompartments(context, data, missing, await digests(missing, 0));
      this.#view = null;
    }
    this.#otherView = null;
    const canaries = await canariesOf(db, access);
    this.#loaded = { data, head, canaries, compartments: new Set([...held, ...missing]) };
  }

  async #inSnapshot(body: (db: pg.ClientBase, head: Head) => Promise<void>): Promise<void> {
    const db = await this.#parts.pool.connect();
    let failure: Error | undefined;
    try {
      await inSnapshot(db, this.#access.clientId, (head) => body(db, head));
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // After a failure nobody knows what is still under way on the connection.
      db.release(failure);
    }
  }

  #forget(): void {
    this.#loaded = null;
    this.#view = null;
    this.#otherView = null;
    this.#reports.close();
    this.#reports = new ClientReports(this.#parts.catalogue, this.#parts.duckMemoryMb);
  }
}
