import { CdkDrag, CdkDragDrop, CdkDragPlaceholder, CdkDropList } from '@angular/cdk/drag-drop';
import { ChangeDetectionStrategy, Component, computed, effect, ElementRef, inject, signal, untracked, viewChild } from '@angular/core';
import { MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { CountPipe } from '@shared/format/format.pipes';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { IconName } from '@shared/icon/icons';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Place, WELLS, WellName } from '../definition/definition.model';
import { hasRoom, mayStand } from '../definition/definition.moves';
import { catalogue, Entry, EntryView, nearest } from './catalogue.model';
import { ReportBuilder } from './report.builder';
import { ReportEditors } from './report.editors';

const ICONS: Readonly<Record<Entry['kind'], IconName>> = { measure: 'gauge', split: 'tag', time: 'calendar', asked: 'circle-help' };

/** All fields, found by words of either language. A click, Enter or a drag puts one into the report; its menu says where else it can go. Arrows walk through the list. */
@Component({
  selector: 'crm-report-catalogue',
  imports: [CdkDrag, CdkDragPlaceholder, CdkDropList, CountPipe, IconComponent, MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger, ProblemComponent, SkeletonComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './catalogue.component.html',
  styleUrl: './catalogue.component.scss',
})
export class CatalogueComponent {
  private readonly page = inject(PageReader);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly builder = inject(ReportBuilder);
  private readonly editors = inject(ReportEditors);
  protected readonly icons = ICONS;
  protected readonly wells = WELLS;
  protected readonly typed = signal('');
  /** Views that the reader opened or closed by hand. */
  private readonly turned = signal<ReadonlyMap<string, boolean>>(new Map());
  /** The one field that Tab stops at. */
  protected readonly active = signal('');
  private readonly box = viewChild<ElementRef<HTMLInputElement>>('box');

  protected readonly view = computed(() => this.builder.definition().view);
  protected readonly views = computed(() => catalogue(this.builder.meanings(), this.typed(), this.page.reader().arabic, this.view()));
  /** The first view of another subject, where that is said once. */
  protected readonly foreign = computed(() => this.views().find((view) => this.isForeign(view) && this.isOpen(view)) ?? null);
  /** The field that Enter takes. */
  protected readonly next = computed(() => nearest(this.views(), this.typed(), this.view()));
  protected readonly count = computed(() => this.views().reduce((sum, { count }) => sum + count, 0));
  private readonly used = computed(() => {
    const { rows, columns, values } = this.builder.definition();
    return new Set([...rows.map(({ member }) => member), ...columns.map(({ member }) => member), ...values.flatMap((value) => ('measure' in value ? [value.measure] : []))]);
  });

  constructor() {
    // A well that asks for a field leads here.
    effect(() => {
      if (this.builder.target() !== null) untracked(() => this.box()?.nativeElement.focus());
    });
    effect(() => {
      const shown = this.views().flatMap((view) => (this.isOpen(view) ? view.groups.flatMap(({ entries }) => entries.map(({ member }) => member)) : []));
      untracked(() => { if (!shown.includes(this.active())) this.active.set(shown[0] ?? ''); });
    });
  }

  protected isOpen({ name }: Pick<EntryView, 'name'>): boolean {
    return this.turned().get(name) ?? (this.typed().trim() !== '' || name === this.view());
  }

  protected turn(view: EntryView): void {
    this.turned.update((turned) => new Map(turned).set(view.name, !this.isOpen(view)));
  }

  protected search(text: string): void {
    this.typed.set(text);
    this.turned.set(new Map());
  }

  protected isForeign(view: Pick<EntryView, 'name'>): boolean {
    return this.view() !== '' && view.name !== this.view();
  }

  protected isUsed(entry: Entry): boolean {
    return this.used().has(entry.member);
  }

  protected fits(entry: Entry, well: WellName): boolean {
    return mayStand(entry, well) && hasRoom(this.builder.definition(), well);
  }

  protected async add(entry: Entry, well?: WellName): Promise<void> {
    const target = this.builder.target();
    const wanted = well ?? (target !== null && mayStand(entry, target) ? target : undefined) ?? this.builder.usual(entry);
    if (await this.editors.add(entry, wanted)) this.builder.target.set(null);
  }

  /** Enter on a field puts it where the keys held with it say. */
  protected entryKey(event: KeyboardEvent, entry: Entry): void {
    const well = event.key === 'Enter' ? wellOf(event) : undefined;
    if (well === undefined) return;
    event.preventDefault();
    void this.add(entry, well);
  }

  /** The step that a time is split by, in words; nothing where none was asked for. */
  protected nameOf({ title, grain }: Entry): string {
    return grain ? this.builder.text('byStep', { field: title, step: this.builder.text(`grains.${grain}`) }) : title;
  }

  /** A field that was dragged out of its well and let go here is taken away. */
  protected dropped({ item, previousContainer, container }: CdkDragDrop<unknown>): void {
    if (previousContainer !== container && isPlace(item.data)) this.builder.remove(item.data);
  }

  protected walk(event: KeyboardEvent): void {
    const to = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (to === undefined) return;
    const all = [...this.host.querySelectorAll<HTMLElement>('[data-field]')];
    const from = all.findIndex((one) => one === document.activeElement);
    const next = Math.min(all.length - 1, Math.max(0, from + to));
    if (event.key === 'ArrowUp' && from === 0) this.box()?.nativeElement.focus();
    else all[next]?.focus();
    event.preventDefault();
  }

  /** Down leads from the search into the list, Enter takes the nearest that is found, and what is typed next replaces the words; Escape forgets the well that asked. */
  protected boxKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') this.walk(event);
    const next = event.key === 'Enter' ? this.next() : null;
    if (next) {
      event.preventDefault();
      void this.add(next, wellOf(event));
      this.box()?.nativeElement.select();
    }
    if (event.key !== 'Escape' || this.builder.target() === null) return;
    event.stopPropagation();
    this.builder.target.set(null);
  }
}

/** With Shift a field goes to the columns, with Alt to the conditions. */
const wellOf = ({ shiftKey, altKey }: KeyboardEvent): WellName | undefined => (shiftKey ? 'columns' : altKey ? 'filters' : undefined);

/** What is dragged out of a well carries its place. */
export const isPlace = (data: unknown): data is Place => typeof data === 'object' && data !== null && 'well' in data;
