import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { fieldWords, Problem, WordsOf } from '@core/api/problem';
import { IconComponent } from '../icon/icon.component';
import { IconName } from '../icon/icons';

/** Says what is not here and what to do about it; a button or link comes as content. */
@Component({
  selector: 'crm-empty',
  imports: [IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<span class="mark"><crm-icon [name]="icon()" [size]="24" /></span><h2>{{ title() }}</h2>@if (text()) { <p class="crm-muted">{{ text() }}</p> }<div class="do"><ng-content /></div>`,
  styles: `
    :host { display: grid; justify-items: center; align-content: center; gap: var(--crm-2); padding: var(--crm-8) var(--crm-4); text-align: center; }
    .mark { display: grid; place-items: center; inline-size: 52px; block-size: 52px; border-radius: 50%; background: var(--crm-accent-soft); color: var(--crm-accent); margin-block-end: var(--crm-2); }
    p { max-inline-size: 46ch; } .do { display: flex; flex-wrap: wrap; justify-content: center; gap: var(--crm-2); margin-block-start: var(--crm-2); } .do:empty { display: none; }
  `,
})
export class EmptyComponent {
  /** The picture. */
  readonly icon = input<IconName>('inbox');
  /** What is not here. */
  readonly title = input.required<string>();
  /** What to do. */
  readonly text = input('');
}

/** An error with its cure, in the reader's language where its code is known. */
@Component({
  selector: 'crm-problem',
  imports: [IconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'alert', '[class.inline]': 'inline()' },
  template: `
    <crm-icon [name]="problem().status === 0 ? 'wifi-off' : 'circle-alert'" [size]="inline() ? 18 : 24" />
    <div class="words"><strong>{{ words().title }}</strong>@if (words().cure) { <p>{{ words().cure }}</p> }
      @for (item of fields(); track $index) { <p class="field"><code><bdi>{{ item.path }}</bdi></code> <bdi>{{ item.words }}</bdi></p> }
    </div>
    @if (retryable()) { <button type="button" class="crm-button crm-button--small" (click)="retry.emit()"><crm-icon name="refresh" [size]="15" />{{ 'shared.retry' | translate }}</button> }
  `,
  styles: `
    :host { display: grid; justify-items: center; gap: var(--crm-3); padding: var(--crm-8) var(--crm-4); text-align: center; color: var(--crm-lost); }
    .words { color: var(--crm-text); display: grid; gap: var(--crm-1); } p { color: var(--crm-text-2); max-inline-size: 60ch; } code { font: 500 var(--crm-text-13) var(--crm-font); color: var(--crm-text); }
    :host(.inline) { grid-template-columns: auto 1fr auto; align-items: center; justify-items: start; text-align: start; padding: var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-lost-soft); }
  `,
})
export class ProblemComponent {
  private readonly translate = inject(TranslateService);
  /** What went wrong. */
  readonly problem = input.required<Problem>();
  /** A line inside a form instead of the whole place. */
  readonly inline = input(false);
  /** Offers to try again. */
  readonly retryable = input(true);
  /** The reader wants to try again. */
  readonly retry = output();

  protected readonly words = computed(() => {
    this.translate.currentLang();
    const words = problemWords(this.problem(), (key, values) => this.text(key, values));
    // What the fields say below is not said above as well.
    return this.fields().some((field) => field.words === words.cure) ? { ...words, cure: '' } : words;
  });
  protected readonly fields = computed(() => {
    this.translate.currentLang();
    return this.problem().errors.map((item) => ({ path: item.path, words: fieldWords(item, (key, values) => this.text(key, values)) }));
  });

  private text(key: string, values?: Readonly<Record<string, string>>): string | null {
    const text: unknown = this.translate.instant(key, values);
    return typeof text === 'string' && text !== key ? text : null;
  }
}

/** Title and cure of a problem: the translation of its code first, then that of its first field, then what the API says, then a sentence that fits everything. */
export function problemWords(problem: Problem, text: WordsOf): { title: string; cure: string } {
  const title = text(`problems.${problem.code}.title`);
  const [first] = problem.errors;
  const told = first === undefined ? null : fieldWords(first, text);
  if (title !== null) return { title, cure: text(`problems.${problem.code}.cure`) ?? (told !== null && told !== first?.message ? told : problem.detail) };
  return {
    title: problem.title || (text('problems.unexpected.title') ?? ''),
    cure: problem.detail || (text('problems.unexpected.cure') ?? ''),
  };
}

/** Grey lines in the shape of what comes: `lines` of text or one block of `height` pixels. */
@Component({
  selector: 'crm-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `@if (height(); as size) { <span class="crm-skeleton" [style.block-size.px]="size"></span> } @else { @for (width of widths(); track $index) { <span class="crm-skeleton" [style.inline-size.%]="width"></span> } }`,
  styles: `:host { display: grid; gap: var(--crm-3); } .crm-skeleton { block-size: 14px; }`,
})
export class SkeletonComponent {
  /** How many lines. */
  readonly lines = input(3);
  /** One block of this height instead. */
  readonly height = input<number | null>(null);
  protected readonly widths = computed(() => Array.from({ length: this.lines() }, (_, index) => [92, 78, 86, 64][index % 4]));
}
