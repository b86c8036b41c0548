import { computed, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { ReportDefinition } from '@core/reports/report.model';
import { saveFile } from '@core/save.file';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { PageReader } from '@shared/format/reader';
import { FormField } from '@shared/record/form.model';
import { localName } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { readDefinition } from '../definition/definition.code';
import { askedOf, EMPTY } from '../definition/definition.model';
import { SavedClient } from './saved.client';
import { folderTree, ReportChanges, SavedReport } from './saved.model';

/** Files that reports are made into. */
export type ExportFormat = 'csv' | 'xlsx' | 'pdf' | 'png' | 'rows';

/** The saved report that the builder has open, and what is done with it; null while it is a new one. */
@Injectable()
export class ReportFile {
  private readonly client = inject(SavedClient);
  private readonly confirm = inject(ConfirmService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly api = inject(ApiClient);
  private readonly page = inject(PageReader);
  private readonly panel = inject(RecordPanelService);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);

  readonly saved = signal<SavedReport | null>(null);
  readonly busy = signal(false);
  /** Whether a file is being made. */
  readonly making = signal(false);
  readonly problem = signal<Problem | null>(null);
  private tag: string | null = null;

  readonly name = computed(() => { const saved = this.saved(); return saved && localName(this.locale.language(), saved); });
  readonly description = computed(() => { const saved = this.saved(); return ((this.locale.language() === 'ar' && saved?.description_ar) || saved?.description) ?? ''; });
  readonly mayExport = computed(() => this.session.can('reports', 'export'));
  readonly mayEmbed = computed(() => this.saved() !== null && this.mayExport() && this.session.feature('crm_feature_embed'));
  readonly mayWrite = computed(() => this.session.can('reports', 'write'));
  /** Whether changes are kept in the report itself, else in a copy. */
  readonly mayEdit = computed(() => this.mayWrite() && this.saved() !== null && this.saved()?.may !== 'view');
  readonly mayManage = computed(() => this.mayEdit() && this.saved()?.may !== 'edit');
  readonly mayDelete = computed(() => this.mayManage() && this.session.can('reports', 'delete'));

  /** Reads a report; null where it could not be, which `problem` tells. */
  async open(id: string): Promise<SavedReport | null> {
    this.problem.set(null);
    try {
      const { body, tag } = await this.client.get(id);
      this.tag = tag;
      return this.show(body);
    } catch (error) {
      this.saved.set(null);
      this.problem.set(toProblem(error));
      return null;
    }
  }

  /** A new report, which nothing is saved of. */
  close(): void {
    this.saved.set(null);
    this.problem.set(null);
    this.tag = null;
  }

  /** Keeps the definition in the report that is open, as a new version. */
  save(definition: ReportDefinition): Promise<boolean> {
    const saved = this.saved();
    return saved ? this.told('saved', () => this.client.update(saved.id, { definition: askedOf(definition) }, this.tag)) : Promise.resolve(false);
  }

  /** Asks for a name and keeps the definition as a report of one's own, which is open from then on. */
  async saveAs(definition: ReportDefinition): Promise<boolean> {
    const saved = this.saved();
    const made = await this.form('saveAs', { name: saved ? this.text('copyOf', { name: saved.name }) : null, name_ar: null, description: saved?.description ?? null, description_ar: saved?.description_ar ?? null, folder_id: null }, (changes) => this.client.create({ ...changes, definition: askedOf(definition) } as ReportChanges));
    if (!made) return false;
    await this.take(made);
    this.notice.say(this.text('saved'));
    await this.router.navigate(['/reports', made.id], { replaceUrl: saved === null });
    return true;
  }

  /** Changes name, description and folder. */
  async rename(): Promise<void> {
    const saved = this.saved();
    if (!saved) return;
    const { name, name_ar, description, description_ar, folder_id } = saved;
    const made = await this.form('rename', { name, name_ar, description, description_ar, folder_id }, (changes) => (Object.keys(changes).length === 0 ? Promise.resolve(saved) : this.client.update(saved.id, changes, this.tag)));
    if (!made) return;
    await this.take(made);
    this.notice.say(this.text('saved'));
  }

  /** Deletes the report after a question; true when it is gone. */
  async remove(): Promise<boolean> {
    const saved = this.saved();
    if (!saved || !(await this.confirm.ask({ title: this.text('deleteTitle', { name: this.name() ?? '' }), text: this.text('deleteText'), action: this.text('delete'), danger: true }))) return false;
    try {
      await this.client.remove(saved.id);
      this.notice.say(this.text('deleted'));
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    }
  }

  /** Makes a file of a definition and lets the browser save it; `rows` are all leaf rows, however many. */
  async download(definition: ReportDefinition, format: ExportFormat): Promise<void> {
    if (this.making()) return;
    this.making.set(true);
    this.notice.say(this.text('making'));
    try {
      const asked = { definition: askedOf(definition), name: this.name() ?? this.page.reader().text('reports.builder.new'), locale: this.locale.language() };
      const { blob, name } = await (format === 'rows' ? this.api.file('analytics/report/export/rows', asked) : this.api.file('analytics/report/export', { ...asked, format }));
      saveFile(blob, name);
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.making.set(false);
    }
  }

  /** Takes an earlier version as the newest; the report as it is then, null after a failure. */
  async restore(version: number): Promise<SavedReport | null> {
    const saved = this.saved();
    return saved && (await this.told('restored', () => this.client.restore(saved.id, version))) ? this.saved() : null;
  }

  private async told(key: string, work: () => Promise<SavedReport>): Promise<boolean> {
    this.busy.set(true);
    try {
      await this.take(await work());
      this.notice.say(this.text(key));
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    } finally {
      this.busy.set(false);
    }
  }

  /** What was saved, with the tag of the version that it is now; without it the next change would be refused. */
  private async take(saved: SavedReport): Promise<void> {
    this.show(saved);
    this.tag = await this.client.get(saved.id).then(({ tag }) => tag, () => null);
  }

  /** The report with its definition in order, whatever release wrote it. */
  private show(saved: SavedReport): SavedReport {
    const shown = { ...saved, definition: readDefinition(saved.definition) ?? EMPTY };
    this.saved.set(shown);
    return shown;
  }

  private async form(key: string, values: Readonly<Record<string, string | null>>, save: (changes: Record<string, unknown>) => Promise<SavedReport>): Promise<SavedReport | undefined> {
    const folders = await this.client.folders().catch(() => []);
    const nameOf = (one: { readonly name: string; readonly name_ar: string | null }): string => localName(this.locale.language(), one);
    const options = folderTree(folders.filter(({ may, id }) => may !== 'view' || id === values['folder_id']), nameOf).map(({ folder, depth }) => ({ value: folder.id, label: `${'\u2003'.repeat(depth)}${nameOf(folder)}` }));
    const fields: FormField[] = [
      { name: 'name', label: this.text('name'), kind: 'text', required: true, dir: 'auto' }, { name: 'name_ar', label: this.text('nameAr'), kind: 'text', dir: 'rtl' }, { name: 'description', label: this.text('description'), kind: 'textarea', dir: 'auto' }, { name: 'description_ar', label: this.text('descriptionAr'), kind: 'textarea', dir: 'rtl' },
      ...(options.length > 0 && (key === 'saveAs' || this.mayManage()) ? [{ name: 'folder_id', label: this.text('folder'), kind: 'select', options } satisfies FormField] : []),
    ];
    return this.panel.open<SavedReport>({ title: this.text(key), action: this.page.reader().text('shared.save'), fields, values, whole: key === 'saveAs', save });
  }

  private text(key: string, values?: Record<string, unknown>): string {
    return this.page.reader().text(`reports.file.${key}`, values);
  }
}
