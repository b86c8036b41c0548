import { NgTemplateOutlet } from '@angular/common';
import { afterNextRender, ChangeDetectionStrategy, Component, ElementRef, inject, Injector, input, signal, viewChild } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { problemOfField, toProblem } from '@core/api/problem';
import { NoticeService } from '../dialog/notice.service';
import { IconComponent } from '../icon/icon.component';
import { inWords } from './form.model';
import { plainNumber } from './names';

/** How a fact is edited in place. */
export type FactKind = 'text' | 'money' | 'date';

/** One fact of a record: its name and, as content, its value; with `save` it is edited in place by click, Enter or Space, kept by Enter, given up by Escape. */
@Component({
  selector: 'crm-fact',
  imports: [NgTemplateOutlet, TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="label" [id]="id">{{ label() }}</span>
    @if (editing()) {
      <form class="edit" (submit)="$event.preventDefault(); keep()">
        <input #control class="crm-input" [type]="kind() === 'date' ? 'date' : 'text'" [attr.inputmode]="kind() === 'money' ? 'decimal' : null" [dir]="kind() === 'text' ? 'auto' : 'ltr'" [value]="value() ?? ''" [attr.aria-labelledby]="id" [attr.aria-invalid]="error() !== null" [attr.aria-describedby]="error() ? id + '-e' : null" (keydown.escape)="$event.stopPropagation(); stop()" />
        <button type="submit" class="crm-icon-button crm-icon-button--small" [attr.aria-label]="'shared.save' | translate" [title]="'shared.save' | translate" [disabled]="saving()"><crm-icon name="check" [size]="16" /></button>
        <button type="button" class="crm-icon-button crm-icon-button--small" [attr.aria-label]="'shared.cancel' | translate" [title]="'shared.cancel' | translate" (click)="stop()"><crm-icon name="x" [size]="16" /></button>
        @if (error(); as text) { <p class="error" [id]="id + '-e'" role="alert"><bdi>{{ text }}</bdi></p> }
      </form>
    } @else if (save()) {
      <button #open type="button" class="value open" (click)="start()"><span class="text"><ng-container [ngTemplateOutlet]="content" /></span><crm-icon name="pencil" [size]="13" /><span class="crm-visually-hidden">{{ 'record.editField' | translate: { field: label() } }}</span></button>
    } @else { <span class="value"><ng-container [ngTemplateOutlet]="content" /></span> }
    <ng-template #content><ng-content /></ng-template>
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(104px, 38%) minmax(0, 1fr); align-items: start; gap: var(--crm-2); min-block-size: 30px; }
    .label { font-size: var(--crm-text-13); color: var(--crm-text-2); padding-block: 5px; }
    .value { display: flex; align-items: center; min-inline-size: 0; padding-block: 4px; overflow-wrap: anywhere; text-align: start; }
    .open { gap: var(--crm-2); padding-inline: 6px; margin-inline: -6px; border-radius: 4px; inline-size: calc(100% + 12px); cursor: text; } .open:hover { background: var(--crm-hover); }
    .text { min-inline-size: 0; flex: 1; } .open crm-icon { color: var(--crm-text-3); opacity: 0; transition: opacity var(--crm-fast); } .open:hover crm-icon, .open:focus-visible crm-icon { opacity: 1; }
    @media (hover: none) { .open crm-icon { opacity: 1; } }
    .edit { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; min-inline-size: 0; } .edit input { flex: 1; min-inline-size: 90px; min-block-size: 30px; padding: 3px 8px; } .edit input[dir='ltr'] { text-align: start; } .error { flex: 1 0 100%; font-size: var(--crm-text-12); color: var(--crm-lost); }
  `,
})
export class FactComponent {
  private readonly injector = inject(Injector);
  private readonly translate = inject(TranslateService);
  private readonly notice = inject(NoticeService);
  /** What it is, already translated. */
  readonly label = input.required<string>();
  /** The value as it is edited. */
  readonly value = input<string | null>(null);
  /** How it is edited. */
  readonly kind = input<FactKind>('text');
  /** The field's name as the API knows it, for its problems. */
  readonly name = input('');
  /** Keeps a new value; null makes it empty. Without it the fact is only read. */
  readonly save = input<((value: string | null) => Promise<unknown>) | null>(null);

  private static serial = 0;
  protected readonly id = `crm-fact-${++FactComponent.serial}`;
  protected readonly editing = signal(false);
  protected readonly saving = signal(false);
  protected readonly error = signal<string | null>(null);
  private readonly control = viewChild<ElementRef<HTMLInputElement>>('control');
  private readonly opener = viewChild<ElementRef<HTMLButtonElement>>('open');

  protected start(): void {
    this.editing.set(true);
    this.error.set(null);
    afterNextRender(() => { this.control()?.nativeElement.focus(); if (this.kind() !== 'date') this.control()?.nativeElement.select(); }, { injector: this.injector });
  }

  protected stop(): void {
    this.editing.set(false);
    afterNextRender(() => this.opener()?.nativeElement.focus(), { injector: this.injector });
  }

  protected async keep(): Promise<void> {
    const save = this.save();
    const typed = this.control()?.nativeElement.value ?? '';
    const value = this.kind() === 'money' ? plainNumber(typed) : typed.trim() || null;
    if (!save || this.saving()) return;
    if (value === this.value()) return this.stop();
    this.saving.set(true);
    try {
      await save(value);
      this.stop();
    } catch (error) {
      const problem = inWords(toProblem(error), (key) => String(this.translate.instant(key)));
      const mine = problemOfField(problem, this.name());
      this.error.set(mine);
      if (mine === null) this.notice.fail(problem);
    } finally {
      this.saving.set(false);
    }
  }
}
