import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, input, output, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { problemWords } from '@shared/states/states.component';
import { toProblem } from '@core/api/problem';
import { IconComponent } from '@shared/icon/icon.component';
import { folded } from '../catalogue.model';
import { FieldWords, memberValue } from '../definition.words';
import { Choice } from '../member.values';

const PAUSE_MS = 200;

/** Ticks values of a member, found by typing; what is typed can be taken as it stands too. */
@Component({
  selector: 'crm-report-values',
  imports: [IconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (chosen().length) { <ul class="chosen" [attr.aria-label]="'reports.values.chosen' | translate">@for (value of chosen(); track value) { <li><bdi>{{ nameOf(value) }}</bdi><button type="button" class="crm-icon-button crm-icon-button--small" (click)="turn(value)" [attr.aria-label]="'reports.removeField' | translate: { field: nameOf(value) }"><crm-icon name="x" [size]="13" /></button></li> }</ul> }
    <input class="crm-input" type="search" [attr.dir]="typed() ? 'auto' : null" [attr.aria-label]="'reports.values.find' | translate" [placeholder]="'reports.values.find' | translate" [value]="typed()" (input)="find($any($event.target).value)" (keydown.enter)="entered($event)" data-first data-test="find-value" />
    <div class="list" role="group" [attr.aria-label]="'reports.values.all' | translate" [attr.aria-busy]="waiting()">
      @for (choice of choices(); track choice.value) { <label><input type="checkbox" [checked]="chosen().includes(choice.value)" (change)="turn(choice.value)" [attr.data-value]="choice.value" /><bdi>{{ choice.label }}</bdi></label> }
      @if (failure(); as text) { <p role="alert">{{ text }}</p> } @else if (!waiting() && choices().length === 0 && !own()) { <p>{{ 'table.findNone' | translate }}</p> }
      @if (own(); as text) { <button type="button" class="own" (click)="take()" data-test="own-value"><crm-icon name="plus" [size]="14" />{{ 'reports.values.own' | translate: { value: text } }}</button> }
    </div>
    <p class="crm-visually-hidden" role="status">{{ 'table.results' | translate: { count: { value: choices().length, text: '' + choices().length } } }}</p>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); } .chosen { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 0; list-style: none; } .chosen li { display: inline-flex; align-items: center; padding-inline-start: var(--crm-2); border-radius: var(--crm-radius); background: var(--crm-accent-soft); color: var(--crm-accent-strong); font-size: var(--crm-text-13); }
    .list { max-block-size: 220px; overflow-y: auto; border: 1px solid var(--crm-border); border-radius: var(--crm-radius); padding: 4px; min-block-size: 72px; } label { display: flex; align-items: center; gap: var(--crm-2); min-block-size: 30px; padding: 2px var(--crm-2); border-radius: 4px; cursor: pointer; font-size: var(--crm-text-13); } label:hover { background: var(--crm-hover); } label input { flex: none; margin: 0; } .list p { padding: var(--crm-2); color: var(--crm-text-3); font-size: var(--crm-text-13); } .list p[role=alert] { color: var(--crm-lost); }
    .own { display: flex; gap: var(--crm-2); align-items: center; inline-size: 100%; min-block-size: 30px; padding: 2px var(--crm-2); color: var(--crm-accent); font-size: var(--crm-text-13); text-align: start; } @media (pointer: coarse) { label, .own { min-block-size: 40px; } }
  `,
})
export class ValuePickerComponent {
  readonly member = input.required<string>();
  readonly chosen = input.required<readonly string[]>();
  readonly words = input.required<FieldWords>();
  readonly valuesOf = input.required<(member: string, typed: string) => Promise<readonly Choice[]>>();
  readonly picked = output<readonly string[]>();

  protected readonly typed = signal('');
  protected readonly choices = signal<readonly Choice[]>([]);
  protected readonly waiting = signal(true);
  protected readonly failure = signal<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;
  /** What was typed, where no value is just that. */
  protected readonly own = computed(() => {
    const text = this.typed().trim();
    return text === '' || this.chosen().includes(text) || this.choices().some(({ value, label }) => value === text || label === text) ? '' : text;
  });

  constructor() {
    effect(() => {
      const member = this.member();
      untracked(() => void this.ask(member, this.typed()));
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected nameOf(value: string): string {
    return this.choices().find((one) => one.value === value)?.label ?? memberValue(this.member(), value, this.words());
  }

  /** Enter takes what was typed; with nothing typed it applies the condition. */
  protected entered(event: Event): void {
    if (this.typed().trim() === '') return;
    event.preventDefault();
    this.take();
  }

  protected find(text: string): void {
    this.typed.set(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(this.member(), text), PAUSE_MS);
  }

  protected turn(value: string): void {
    this.picked.emit(this.chosen().includes(value) ? this.chosen().filter((one) => one !== value) : [...this.chosen(), value]);
  }

  /** Enter takes what was typed: the only value that fits, else the text itself. */
  protected take(): void {
    const typed = folded(this.typed().trim());
    if (typed === '') return;
    // What is shown may still be what fitted the letters before.
    const fitting = this.choices().filter(({ label, value }) => folded(`${label} ${value}`).includes(typed));
    const value = (fitting.find((one) => folded(one.label) === typed || folded(one.value) === typed) ?? (fitting.length === 1 ? fitting[0] : undefined))?.value ?? this.own();
    if (!value) return;
    if (!this.chosen().includes(value)) this.turn(value);
    this.find('');
  }

  private async ask(member: string, typed: string): Promise<void> {
    const run = ++this.run;
    this.waiting.set(true);
    try {
      const found = await this.valuesOf()(member, typed);
      if (run === this.run) this.choices.set(found);
      if (run === this.run) this.failure.set(null);
    } catch (error) {
      if (run !== this.run) return;
      this.choices.set([]);
      this.failure.set(problemWords(toProblem(error), (key) => { const text = this.words().text(key); return text === key ? null : text; }).title);
    }
    if (run === this.run) this.waiting.set(false);
  }
}
