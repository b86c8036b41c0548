import { computed, inject, Injectable, signal } from '@angular/core';
import { Problem, toProblem } from '@core/api/problem';
import { ImportApi } from './import.api';
import { Catalogue, CatalogueEntity, ImportDetail, ImportMapping, Preview } from './import.model';
import { goneFields, missingFields } from './mapping.edit';

/** How far a file is. */
export type FileState = 'reading' | 'ready' | 'unreadable' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';

/** One chosen file. */
export interface WizardFile {
  readonly key: number;
  readonly file: File;
  readonly state: FileState;
  readonly preview: Preview | null;
  /** What its rows are; null leaves the file out. */
  readonly entity: string | null;
  readonly mapping: ImportMapping;
  readonly job: ImportDetail | null;
  readonly uploaded: number;
  readonly problem: Problem | null;
}

/** Steps of the wizard. */
export const STEPS = ['files', 'map', 'run'] as const;
/** One step. */
export type Step = (typeof STEPS)[number];

/** The state of the wizard: files, what they hold, how they are mapped, and the run through them in the order that lets each find what it points at. */
@Injectable()
export class WizardStore {
  private readonly api = inject(ImportApi);
  private serial = 0;
  private stopped = false;

  readonly step = signal<Step>('files');
  readonly catalogue = signal<Catalogue | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly files = signal<readonly WizardFile[]>([]);
  readonly running = signal(false);
  /** Files that hold records, in the order in which they come in. */
  readonly queue = computed(() => {
    const order = this.catalogue()?.entities.map((entity) => entity.entity) ?? [];
    return this.files()
      .filter((file) => file.entity !== null && file.preview !== null)
      .sort((left, right) => order.indexOf(left.entity ?? '') - order.indexOf(right.entity ?? '') || left.key - right.key);
  });
  readonly reading = computed(() => this.files().some((file) => file.state === 'reading'));
  readonly mapped = computed(() => this.queue().length > 0 && this.queue().every((file) => !this.incomplete(file)));
  readonly finished = computed(() => this.queue().length > 0 && this.queue().every((file) => file.state === 'done'));
  /** The file that waits for a decision, or the next one to go. */
  readonly current = computed(() => this.queue().find((file) => file.state !== 'done') ?? null);

  /** Loads what can be imported. */
  async open(): Promise<void> {
    try {
      this.catalogue.set(await this.api.catalogue());
    } catch (error) {
      this.problem.set(toProblem(error));
    }
  }

  /** Ends the run when the page is left; what the server has begun it finishes. */
  close(): void {
    this.stopped = true;
  }

  entityOf(file: WizardFile): CatalogueEntity | null {
    return this.catalogue()?.entities.find((entity) => entity.entity === file.entity) ?? null;
  }

  missing(file: WizardFile): readonly string[] {
    const entity = this.entityOf(file);
    return entity ? missingFields(entity, file.mapping) : [];
  }

  /** True while something has to be chosen before the file can go. */
  incomplete(file: WizardFile): boolean {
    const entity = this.entityOf(file);
    return this.missing(file).length > 0 || (entity !== null && goneFields(entity, file.mapping).length > 0);
  }

  /** Takes files in and looks at each. */
  async add(list: readonly File[]): Promise<void> {
    const fresh = list.map((file): WizardFile => ({
      key: (this.serial += 1), file, state: 'reading', preview: null, entity: null, mapping: { columns: {} }, job: null, uploaded: 0, problem: null,
    }));
    this.files.update((files) => [...files, ...fresh]);
    await Promise.all(fresh.map((file) => this.look(file.key)));
  }

  remove(key: number): void {
    this.files.update((files) => files.filter((file) => file.key !== key));
  }

  /** Looks at a file again, as another entity or in another encoding. */
  async look(key: number, entity?: string, encoding?: string): Promise<void> {
    const file = this.find(key);
    if (!file) return;
    this.change(key, { state: 'reading', problem: null });
    try {
      const preview = await this.api.preview(file.file, entity, encoding);
      this.change(key, { state: 'ready', preview, entity: preview.entity, mapping: preview.mapping ?? { columns: {} } });
    } catch (error) {
      this.change(key, { state: 'unreadable', problem: toProblem(error) });
    }
  }

  /** Says what the rows of a file are; an empty name leaves it out. */
  async chooseEntity(key: number, entity: string): Promise<void> {
    if (entity === '') this.change(key, { entity: null });
    else await this.look(key, entity);
  }

  /** Changes how a file is mapped; what was found out with the old mapping no longer counts. */
  remap(key: number, mapping: ImportMapping): void {
    this.change(key, { mapping, state: 'ready', job: null, problem: null });
  }

  /** Checks the next file; with `all`, goes on through check and import while nothing is wrong. */
  async run(all: boolean): Promise<void> {
    if (this.running()) return;
    this.running.set(true);
    try {
      do {
        const file = this.current();
        if (!file) return;
        if (file.state !== 'checked' && !(await this.send(file, true))) return;
        if (!all) return;
        if ((this.find(file.key)?.job?.counts.errors ?? 1) > 0) return;
        if (!(await this.send(this.find(file.key) ?? file, false))) return;
      } while (!this.stopped);
    } finally {
      this.running.set(false);
    }
  }

  /** Imports the checked file, rows with errors left out, then goes on when `all`. */
  async importCurrent(all: boolean): Promise<void> {
    const file = this.current();
    if (this.running() || !file) return;
    this.running.set(true);
    let ok: boolean;
    try {
      ok = await this.send(file, false);
    } finally {
      this.running.set(false);
    }
    if (ok && all && this.current()) await this.run(true);
  }

  private async send(file: WizardFile, dryRun: boolean): Promise<boolean> {
    this.change(file.key, { state: dryRun ? 'checking' : 'importing', job: null, uploaded: 0, problem: null });
    try {
      const started = await this.api.start(file.file, file.entity ?? '', file.mapping, dryRun, (uploaded) => this.change(file.key, { uploaded }));
      const job = await this.api.follow(started.id, (seen) => this.change(file.key, { job: seen }), () => !this.stopped);
      const ok = job.status === 'done';
      this.change(file.key, { job, state: ok ? (dryRun ? 'checked' : 'done') : 'failed' });
      return ok;
    } catch (error) {
      this.change(file.key, { state: 'failed', problem: toProblem(error) });
      return false;
    }
  }

  private find(key: number): WizardFile | undefined {
    return this.files().find((file) => file.key === key);
  }

  private change(key: number, values: Partial<WizardFile>): void {
    this.files.update((files) => files.map((file) => (file.key === key ? { ...file, ...values } : file)));
  }
}
