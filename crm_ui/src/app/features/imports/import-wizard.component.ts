import { ChangeDetectionStrategy, Component, computed, DestroyRef, ElementRef, inject, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ChipComponent } from '@shared/chip/chip.component';
import { CountPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { ImportCountsComponent } from './import-counts.component';
import { LabelPipe } from './label.pipe';
import { withAlias, withDateOrder, withMissing } from './mapping.edit';
import { MappingTableComponent } from './mapping-table.component';
import { Fix, ProblemGroupsComponent } from './problem-groups.component';
import { Step, STEPS, WizardFile, WizardStore } from './wizard.store';

/** The import wizard: files, mapping, check and import. */
@Component({
  selector: 'crm-import-wizard',
  imports: [RouterLink, TranslatePipe, ChipComponent, CountPipe, EmptyComponent, IconComponent, ImportCountsComponent, LabelPipe, MappingTableComponent, PageHeaderComponent, ProblemComponent, ProblemGroupsComponent, SkeletonComponent],
  providers: [WizardStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './import-wizard.component.html',
  styleUrl: './import-wizard.component.scss',
})
export class ImportWizardComponent {
  protected readonly store = inject(WizardStore);
  private readonly heading = viewChild<ElementRef<HTMLElement>>('heading');
  protected readonly steps = STEPS;
  protected readonly over = signal(false);
  /** Many files usually are one export: then they go through one after another. */
  protected readonly all = signal<boolean | null>(null);
  protected readonly isAll = computed(() => this.all() ?? this.store.queue().length > 1);
  protected readonly chosenKey = signal<number | null>(null);
  /** The file whose mapping is shown. */
  protected readonly shown = computed(() => this.store.queue().find((file) => file.key === this.chosenKey()) ?? this.store.queue()[0] ?? null);
  protected readonly stepIndex = computed(() => STEPS.indexOf(this.store.step()));

  constructor() {
    void this.store.open();
    inject(DestroyRef).onDestroy(() => this.store.close());
  }

  protected canGo(step: Step): boolean {
    if (this.store.running()) return false;
    if (step === 'files') return true;
    return this.store.queue().length > 0 && !this.store.reading() && (step === 'map' || this.store.mapped());
  }

  protected go(step: Step): void {
    if (!this.canGo(step)) return;
    this.store.step.set(step);
    // The new step's heading, so that a screen reader says where one is.
    setTimeout(() => this.heading()?.nativeElement.focus());
  }

  protected pick(event: Event): void {
    const target = event.target as HTMLInputElement;
    void this.store.add([...(target.files ?? [])]);
    target.value = '';
  }

  protected drop(event: DragEvent): void {
    event.preventDefault();
    this.over.set(false);
    void this.store.add([...(event.dataTransfer?.files ?? [])]);
  }

  protected hover(event: DragEvent, over: boolean): void {
    event.preventDefault();
    this.over.set(over);
  }

  protected fix(file: WizardFile, fix: Fix): void {
    const { mapping } = file;
    if (fix.kind === 'alias') this.store.remap(file.key, withAlias(mapping, fix.field, fix.from, fix.to));
    else if (fix.kind === 'dmy' || fix.kind === 'mdy') this.store.remap(file.key, withDateOrder(mapping, fix.field, fix.kind));
    else this.store.remap(file.key, withMissing(mapping, fix.field, fix.kind));
    void this.store.run(this.isAll());
  }

  protected edit(file: WizardFile): void {
    this.chosenKey.set(file.key);
    this.go('map');
  }

  protected encodingNeeded(file: WizardFile): boolean {
    return file.problem?.code === 'encoding_invalid';
  }

  protected goodRows(file: WizardFile): number {
    const counts = file.job?.counts;
    return counts ? counts.created + counts.updated : 0;
  }

  protected size(bytes: number): string {
    return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
  }
}
