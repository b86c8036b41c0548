import { CdkDrag, CdkDragDrop, CdkDropList } from '@angular/cdk/drag-drop';
import { afterNextRender, ChangeDetectionStrategy, Component, computed, ElementRef, inject, Injector } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { FieldProblem, fieldWords, problemOfField } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { ReportDefinition } from '@core/reports/report.model';
import { IconComponent } from '@shared/icon/icon.component';
import { Field, Place, WELLS, WellName } from '../definition/definition.model';
import { hasRoom, mayStand } from '../definition/definition.moves';
import { isPlace } from './catalogue.component';
import { Chip, ChipAct, ReportChipComponent } from './chip.component';
import { fieldText, calculationText } from './definition.words';
import { ReportBuilder } from './report.builder';
import { ReportEditors } from './report.editors';
import { ReportPreview } from './report.preview';

/** Rows, columns, values and conditions: by mouse, and equally by keyboard. Alt with arrows moves a field, Delete takes it away, Enter opens its menu. */
@Component({
  selector: 'crm-report-wells',
  imports: [CdkDrag, CdkDropList, IconComponent, ReportChipComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (well of wells(); track well.name) {
      <section [attr.data-well]="well.name" [attr.aria-labelledby]="'crm-well-' + well.name">
        <header><h2 [id]="'crm-well-' + well.name">{{ 'reports.wells.' + well.name | translate }}</h2>
          @if (well.name === 'values') { <button type="button" class="crm-icon-button crm-icon-button--small" [disabled]="!mayCalculate()" (click)="editors.calculation(null)" [attr.aria-label]="'reports.formula.new' | translate" [title]="'reports.formula.new' | translate" data-test="new-formula"><span aria-hidden="true" class="fx">ƒ</span></button> }
          <button type="button" class="crm-icon-button crm-icon-button--small" (click)="builder.target.set(well.name)" [attr.aria-label]="'reports.addTo.' + well.name | translate" [title]="'reports.addTo.' + well.name | translate" [attr.data-target]="well.name"><crm-icon name="plus" [size]="16" /></button></header>
        <ol cdkDropList [cdkDropListData]="well.name" [cdkDropListEnterPredicate]="enters(well.name)" (cdkDropListDropped)="dropped($event)" [attr.aria-label]="'reports.wells.' + well.name | translate">
          @for (chip of well.chips; track chip.key) {
            <li cdkDrag [cdkDragData]="chip.place"><crm-report-chip [chip]="chip" (act)="act(chip, $event)" (keydown)="pressed($event, chip)" /></li>
          } @empty { <li class="none">{{ 'reports.wells.empty.' + well.name | translate }}</li> }
        </ol>
        @if (well.problem) { <p class="problem" role="alert"><crm-icon name="circle-alert" [size]="14" /><bdi>{{ well.problem }}</bdi></p> }
      </section>
    }
  `,
  styleUrl: './wells.component.scss',
})
export class WellsComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);
  private readonly locale = inject(LocaleService);
  private readonly preview = inject(ReportPreview);
  protected readonly builder = inject(ReportBuilder);
  protected readonly editors = inject(ReportEditors);
  protected readonly mayCalculate = computed(() => this.builder.definition().values.length > 0 && hasRoom(this.builder.definition(), 'values'));

  protected readonly wells = computed(() => {
    const [definition, words, problem] = [this.builder.definition(), this.builder.words(), this.preview.problem()];
    const seen = new Map<string, number>();
    return WELLS.map((name) => {
      const size = definition[name].length + (name === 'filters' ? definition.having.length : 0);
      const chips = Array.from({ length: size }, (_, index): Chip => {
        const place: Place = { well: name, index };
        const text = fieldText(definition, place, words);
        const value = name === 'values' ? definition.values[index] : undefined;
        const id = value ? value.key : `${name} ${text}`;
        seen.set(id, (seen.get(id) ?? 0) + 1);
        return {
          place, text, size, key: `${name} ${id} ${seen.get(id) ?? 0}`, split: name === 'rows' || name === 'columns' ? (definition[name][index] ?? null) : null, value: value ?? null,
          detail: value ? calculationText(value, definition.values, words) : '', problem: this.problemOf(problem?.errors.find(({ path }) => concerns(path, definition, place))),
        };
      });
      return { name, chips, problem: chips.some((chip) => chip.problem !== null) ? null : problemOfField(problem, name, this.builder.known) };
    });
  });

  private problemOf(found: FieldProblem | undefined): string | null {
    return found ? fieldWords(found, this.builder.known) : null;
  }

  /** Lists take what may stand in them; the same closure for each, because it is compared. */
  private readonly predicates = new Map(WELLS.map((well) => [well, ({ data }: CdkDrag<unknown>): boolean => (isPlace(data) ? data.well === well || (isSplit(data.well) && (isSplit(well) || well === 'filters')) : mayStand(data as Field, well)) && (isPlace(data) && data.well === well || hasRoom(this.builder.definition(), well))]));

  protected enters(well: WellName): (drag: CdkDrag<unknown>) => boolean {
    return this.predicates.get(well) ?? ((): boolean => false);
  }

  protected dropped({ item, container, currentIndex }: CdkDragDrop<WellName, unknown, unknown>): void {
    const to = { well: container.data, index: currentIndex };
    if (isPlace(item.data)) this.moved(item.data, to, false);
    else void this.editors.add(item.data as Field, to.well, to.index).then((added) => { if (added) this.builder.target.set(null); });
  }

  protected act({ place, value }: Chip, act: ChipAct): void {
    switch (act.do) {
      case 'up': return this.moved(place, { ...place, index: place.index - 1 });
      case 'down': return this.moved(place, { ...place, index: place.index + 1 });
      case 'rows': case 'columns': return this.moved(place, { well: act.do, index: this.builder.definition()[act.do].length });
      case 'filter': return void this.editors.conditionOf(place);
      case 'edit': return void this.editors.edit(place);
      case 'grain': return this.editors.grain(place, act.grain);
      case 'sort': return value ? this.editors.sort(value.key, act.order) : undefined;
      case 'top': return value ? this.editors.top(value.key) : undefined;
      case 'remove': return this.removed(place);
    }
  }

  protected pressed(event: KeyboardEvent, chip: Chip): void {
    const { place, size, split } = chip;
    const [forward, back] = this.locale.direction() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    if (event.key === 'Delete' || event.key === 'Backspace') this.removed(place);
    else if (event.altKey && event.key === 'ArrowUp' && place.index > 0) this.act(chip, { do: 'up' });
    else if (event.altKey && event.key === 'ArrowDown' && place.index < size - 1) this.act(chip, { do: 'down' });
    else if (event.altKey && event.key === forward && split && place.well === 'rows') this.act(chip, { do: 'columns' });
    else if (event.altKey && event.key === back && split && place.well === 'columns') this.act(chip, { do: 'rows' });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves and keeps the focus on what was moved. */
  private moved(from: Place, to: Place, focused = true): void {
    if (this.builder.move(from, to) && focused) this.focus({ well: to.well, index: Math.min(to.index, this.builder.definition()[to.well].length - 1) });
  }

  private removed(place: Place): void {
    this.builder.remove(place);
    this.focus(place);
  }

  /** The chip at a place, or the one before it, or the button that adds another. */
  private focus({ well, index }: Place): void {
    afterNextRender(() => {
      const section = this.host.querySelector(`[data-well="${well}"]`);
      const chips = [...(section?.querySelectorAll<HTMLElement>('[data-chip]') ?? [])];
      (chips[Math.min(index, chips.length - 1)] ?? section?.querySelector<HTMLElement>('[data-target]'))?.focus();
    }, { injector: this.injector });
  }
}

const isSplit = (well: WellName): boolean => well === 'rows' || well === 'columns';

/** Whether a problem's path, such as `rows[0].member`, `/filters/2/values` or the member itself, is about a place. */
export function concerns(path: string, definition: ReportDefinition, { well, index }: Place): boolean {
  const [, name, at] = /^[/.]?(\w+)[[./](\d+)/.exec(path.replace(/^(body|definition)[./]/, '')) ?? [];
  if (name === 'having') return well === 'filters' && Number(at) + definition.filters.length === index;
  if (name !== undefined) return name === well && Number(at) === index;
  const there: unknown = definition[well][index];
  return path.includes('.') && there !== undefined && JSON.stringify(there).includes(JSON.stringify(path));
}
