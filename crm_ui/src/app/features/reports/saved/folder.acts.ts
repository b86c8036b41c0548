import { computed, inject, Injectable, resource } from '@angular/core';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { isolated, PageReader } from '@shared/format/reader';
import { FormField } from '@shared/record/form.model';
import { localName } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { PickService } from '../builder/pick.component';
import { SavedClient } from './saved.client';
import { FolderPlace, folderTree, ReportFolder, ReportSummary, within } from './saved.model';
import { ShareOpener } from './share.opener';

/** Where something is put that stands in no folder. */
export const NOWHERE = 'none';

/** The folders of reports, and what is done with them and with where reports stand, by menu or by drag alike. */
@Injectable()
export class FolderActs {
  private readonly client = inject(SavedClient);
  private readonly confirm = inject(ConfirmService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly page = inject(PageReader);
  private readonly panel = inject(RecordPanelService);
  private readonly picker = inject(PickService);
  private readonly session = inject(SessionService);
  private readonly sharing = inject(ShareOpener);

  readonly folders = resource({ loader: () => this.client.folders() });
  readonly tree = computed((): readonly FolderPlace[] => folderTree(this.all(), (one) => this.nameOf(one)));
  readonly mayWrite = computed(() => this.session.can('reports', 'write'));

  nameOf(one: { readonly name: string; readonly name_ar: string | null }): string {
    return localName(this.locale.language(), one);
  }

  mayRename({ may }: ReportFolder): boolean {
    return this.mayWrite() && may !== 'view';
  }

  mayManage({ may }: ReportFolder): boolean {
    return this.mayWrite() && may === 'manage';
  }

  mayDelete(folder: ReportFolder): boolean {
    return this.mayManage(folder) && this.session.can('reports', 'delete');
  }

  /** Whether a report or a folder may stand elsewhere: one's own, and what others put into a folder of one's own, which may be put out. */
  mayMove(one: ReportSummary | ReportFolder): boolean {
    return this.mayWrite() && (one.may === 'manage' || this.parentOf(one)?.may === 'manage');
  }

  /** Whether it may be put there: into a folder that one may change, not into itself, and not where it stands already. */
  mayStand(one: ReportSummary | ReportFolder, to: ReportFolder | null): boolean {
    if (!this.mayMove(one) || idOf(one) === (to?.id ?? null)) return false;
    if (to === null) return true;
    return one.may === 'manage' && to.may !== 'view' && !(isFolder(one) && within(this.all(), one.id).has(to.id));
  }

  /** Makes a folder; undefined where the person left. */
  create(): Promise<ReportFolder | undefined> {
    const options = this.options(({ may }) => may !== 'view');
    return this.form('newFolder', { name: null, name_ar: null, parent_id: null }, options, (changes) => this.client.createFolder({ name_ar: null, parent_id: null, ...changes } as Parameters<SavedClient['createFolder']>[0]));
  }

  async rename(folder: ReportFolder): Promise<void> {
    const { name, name_ar } = folder;
    await this.form('renameFolder', { name, name_ar }, [], (changes) => (Object.keys(changes).length === 0 ? Promise.resolve(folder) : this.client.updateFolder(folder.id, changes)));
  }

  /** Asks where to; true when it was moved. */
  async moveTo(one: ReportSummary | ReportFolder): Promise<boolean> {
    const options = [...(this.mayStand(one, null) ? [{ key: NOWHERE, label: this.text(isFolder(one) ? 'toTop' : 'toNone') }] : []), ...this.tree().filter(({ folder }) => this.mayStand(one, folder)).map(({ folder, depth }) => ({ key: folder.id, label: `${'\u2003'.repeat(depth)}${this.nameOf(folder)}` }))];
    const name = isolated(this.nameOf(one));
    const key = await this.picker.pick({ title: this.text('moveTitle', { name }), text: this.text(options.length > 0 ? 'moveText' : 'moveNone'), options });
    return key === undefined ? false : this.move(one, key === NOWHERE ? null : (this.all().find(({ id }) => id === key) ?? null));
  }

  /** Puts a report or a folder elsewhere; true when it stands there. */
  async move(one: ReportSummary | ReportFolder, to: ReportFolder | null): Promise<boolean> {
    if (!this.mayStand(one, to)) return false;
    try {
      if (isFolder(one)) await this.client.updateFolder(one.id, { parent_id: to?.id ?? null });
      else await this.client.update(one.id, { folder_id: to?.id ?? null }, null);
      this.notice.say(to === null ? this.text('movedOut', { name: isolated(this.nameOf(one)) }) : this.text('moved', { name: isolated(this.nameOf(one)), folder: isolated(this.nameOf(to)) }));
      this.folders.reload();
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    }
  }

  async share({ id }: ReportFolder): Promise<void> {
    if (await this.sharing.open({ path: 'report-folders', id })) this.folders.reload();
  }

  /** Deletes a folder after a question: `gone`, `open` where the reader wants to see what is in the way, else null. */
  async remove(folder: ReportFolder): Promise<'gone' | 'open' | null> {
    const name = isolated(this.nameOf(folder));
    if (!(await this.confirm.ask({ title: this.text('deleteTitle', { name }), text: this.text('deleteFolderText'), action: this.text('delete'), danger: true }))) return null;
    try {
      await this.client.removeFolder(folder.id);
      this.notice.say(this.text('folderDeleted'));
      this.folders.reload();
      return 'gone';
    } catch (error) {
      const { code, members } = toProblem(error);
      if (code !== 'folder_not_empty') {
        this.notice.fail(error);
        return null;
      }
      const { tag } = this.page.reader();
      const count = (of: unknown): object => ({ value: Number(of), text: new Intl.NumberFormat(tag).format(Number(of)) });
      return (await this.confirm.ask({ title: this.text('notEmptyTitle', { name }), text: this.text('notEmptyText', { reports: count(members?.['reports']), folders: count(members?.['folders']) }), action: this.text('openFolder') })) ? 'open' : null;
    }
  }

  private all(): readonly ReportFolder[] {
    return this.folders.hasValue() ? this.folders.value() : [];
  }

  private parentOf(one: ReportSummary | ReportFolder): ReportFolder | undefined {
    return this.all().find(({ id }) => id === idOf(one));
  }

  private options(takes: (folder: ReportFolder) => boolean): { value: string; label: string }[] {
    return this.tree().filter(({ folder }) => takes(folder)).map(({ folder, depth }) => ({ value: folder.id, label: `${'\u2003'.repeat(depth)}${this.nameOf(folder)}` }));
  }

  private async form(key: string, values: Readonly<Record<string, string | null>>, options: { value: string; label: string }[], save: (changes: Record<string, unknown>) => Promise<ReportFolder>): Promise<ReportFolder | undefined> {
    const fields: FormField[] = [
      { name: 'name', label: this.text('name'), kind: 'text', required: true, dir: 'auto' }, { name: 'name_ar', label: this.text('nameAr'), kind: 'text', dir: 'rtl' },
      ...(options.length > 0 ? [{ name: 'parent_id', label: this.text('within'), kind: 'select', options } satisfies FormField] : []),
    ];
    const made = await this.panel.open<ReportFolder>({ title: this.text(key), action: this.page.reader().text('shared.save'), values, fields, save });
    if (made) this.folders.reload();
    return made;
  }

  private text(key: string, values?: Record<string, unknown>): string {
    return this.page.reader().text(`reports.file.${key}`, values);
  }
}

/** A folder, not a report. */
export const isFolder = (one: ReportSummary | ReportFolder): one is ReportFolder => 'parent_id' in one;
/** The id of the folder that it stands in. */
const idOf = (one: ReportSummary | ReportFolder): string | null => (isFolder(one) ? one.parent_id : one.folder_id);
