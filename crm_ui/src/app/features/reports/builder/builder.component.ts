import { CdkDropListGroup } from '@angular/cdk/drag-drop';
import { Clipboard } from '@angular/cdk/clipboard';
import { afterNextRender, ChangeDetectionStrategy, Component, computed, effect, ElementRef, inject, Injector, input, signal, untracked } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { NoticeService } from '@shared/dialog/notice.service';
import { IconComponent } from '@shared/icon/icon.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { TabsComponent } from '@shared/states/tabs.component';
import { rowsProblem } from '../definition/definition.files';
import { askedOf, EMPTY, isAskable, isSame } from '../definition/definition.model';
import { ReportFile } from '../saved/report.file';
import { ReportPanels } from '../saved/report.panels';
import { movedPins } from '../saved/saved.model';
import { CatalogueComponent } from './catalogue.component';
import { MemberValues } from './member.values';
import { PreviewComponent } from './preview.component';
import { ReportAddress } from './report.address';
import { ReportBuilder } from './report.builder';
import { ReportEditors } from './report.editors';
import { ReportPreview } from './report.preview';
import { ReportStore } from './report.store';
import { SettingsComponent } from './settings.component';
import { WellsComponent } from './wells.component';

/** The report builder: fields into rows, columns, values and conditions, and at once what comes of it. */
@Component({
  selector: 'crm-report-builder',
  imports: [CatalogueComponent, CdkDropListGroup, IconComponent, MatMenu, MatMenuItem, MatMenuTrigger, PageHeaderComponent, PreviewComponent, ProblemComponent, SettingsComponent, SkeletonComponent, TabsComponent, TranslatePipe, WellsComponent],
  providers: [ReportStore, ReportBuilder, ReportPreview, MemberValues, ReportEditors, ReportAddress, ReportFile, ReportPanels, MemberDictionary],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown)': 'pressed($event)' },
  templateUrl: './builder.component.html',
  styleUrl: './builder.component.scss',
})
export class BuilderComponent {
  private readonly address = inject(ReportAddress);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);
  private readonly clipboard = inject(Clipboard);
  private readonly notice = inject(NoticeService);
  protected readonly panels = inject(ReportPanels);
  private readonly preview = inject(ReportPreview);
  private readonly router = inject(Router);
  protected readonly builder = inject(ReportBuilder);
  protected readonly file = inject(ReportFile);
  protected readonly store = inject(ReportStore);

  /** The saved report, or `new`. */
  readonly id = input.required<string>();
  /** The definition as the address has it. */
  readonly d = input<string>();

  protected readonly ready = signal(false);
  /** On a phone one part is shown at a time. */
  protected readonly part = signal('fields');
  protected readonly parts = computed(() => ['fields', 'setup', 'result'].map((key) => ({ key, label: this.builder.text(`builder.parts.${key}`) })));
  protected readonly isChanged = computed(() => !isSame(askedOf(this.store.definition()), this.address.base()));
  /** Measures that are counted otherwise than when the report was saved. */
  protected readonly moved = computed(() => {
    const [saved, shown, { tag }] = [this.file.saved(), this.preview.shown(), this.builder.words()];
    if (!saved || !shown) return '';
    const moved = movedPins(saved.pins, shown.answer.values);
    const names = moved.map(({ measure, from, to }) => this.builder.text('pins.one', { field: this.builder.title(measure), from: String(from), to: String(to) }));
    return names.length === 0 ? '' : this.builder.text('pins.text', { fields: new Intl.ListFormat(tag).format(names) });
  });
  protected readonly formats = ['xlsx', 'csv', 'pdf', 'png', 'rows'] as const;
  /** Why no file of all rows can be made, said before it is asked for. */
  protected readonly rowsProblem = computed(() => rowsProblem(askedOf(this.store.definition())));
  protected readonly mayAsk = computed(() => isAskable(this.store.definition()));
  protected readonly maySave = computed(() => isAskable(this.store.definition()) && !this.file.busy() && (this.isChanged() || this.file.saved() === null || this.moved() !== ''));

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
    effect(() => {
      const text = this.d();
      untracked(() => void this.address.read(text));
    });
    effect(() => {
      const [ready, definition] = [this.ready(), this.store.definition()];
      if (ready) untracked(() => void this.address.write(definition));
    });
    // A well asks for a field: on a phone the fields come to the front.
    effect(() => {
      if (this.builder.target() !== null) this.part.set('fields');
    });
  }

  /** Undo and redo of the report, and the way to its fields (/), where the keys do not belong to a text that is being written or to a dialog. */
  protected pressed(event: KeyboardEvent): void {
    const key = event.key.toLowerCase();
    const finds = key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!finds && (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y'))) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input:not([type=checkbox]):not([type=radio]), textarea, [contenteditable], .cdk-overlay-container')) return;
    event.preventDefault();
    if (finds) return this.find();
    if (key === 'y' || event.shiftKey) this.builder.redo();
    else this.builder.undo();
  }

  private find(): void {
    this.part.set('fields');
    const focus = (): void => this.host.querySelector<HTMLInputElement>('[data-test=find-field]')?.focus();
    // At once where it is in sight, so that what is typed next is not lost; on a phone it must first be shown.
    focus();
    afterNextRender(focus, { injector: this.injector });
  }

  protected async save(): Promise<void> {
    if (!this.maySave()) return;
    const definition = this.store.definition();
    if (this.file.mayEdit() ? await this.file.save(definition) : await this.file.saveAs(definition)) this.rebase();
  }

  protected async saveAs(): Promise<void> {
    if (await this.file.saveAs(this.store.definition())) this.rebase();
  }

  protected async versions(): Promise<void> {
    const version = await this.panels.versions();
    const restored = version === undefined ? null : await this.file.restore(version);
    if (!restored) return;
    this.address.base.set(restored.definition);
    this.store.change(restored.definition);
    void this.address.write(restored.definition);
  }

  protected share(): Promise<void> {
    return this.panels.share();
  }

  protected embed(): Promise<void> {
    return this.panels.embed();
  }

  protected async remove(): Promise<void> {
    if (await this.file.remove()) await this.router.navigate(['/reports']);
  }

  protected link(): void {
    this.clipboard.copy(location.href);
    this.notice.say(this.builder.text('builder.copied'));
  }

  /** What is saved now is what the address without words stands for. */
  private rebase(): void {
    const saved = this.file.saved();
    if (!saved) return;
    this.address.base.set(saved.definition);
    void this.address.write(this.store.definition());
  }

  private async open(id: string): Promise<void> {
    // Saved for the first time or as a copy: the page already has it.
    if (this.file.saved()?.id === id) return;
    this.ready.set(false);
    if (id === 'new') {
      this.file.close();
      await this.address.begin(EMPTY, this.d());
    } else {
      const saved = await this.file.open(id);
      if (!saved || id !== this.id()) return;
      await this.address.begin(saved.definition, this.d());
    }
    if (id !== this.id()) return;
    this.ready.set(true);
    if (isAskable(this.store.definition())) this.part.set('result');
  }
}
