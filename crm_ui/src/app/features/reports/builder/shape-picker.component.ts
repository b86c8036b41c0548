import { ChangeDetectionStrategy, Component, computed, ElementRef, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { shapes } from '@core/reports/report.model';
import { Shape, shapeProblem } from '../definition/definition.shapes';
import { ReportBuilder } from './report.builder';
import { ShapeIconComponent } from './shape-icon.component';

/** Chooses what is drawn. Shapes that the fields do not make are there too, and say what they lack. */
@Component({
  selector: 'crm-shape-picker',
  imports: [ShapeIconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'radiogroup', '[attr.aria-label]': "words('shapes.label')", '(keydown)': 'walk($event)' },
  template: `
    @for (one of offers(); track one.shape) {
      <button type="button" role="radio" [attr.aria-checked]="one.chosen" [attr.aria-disabled]="one.reason !== null" [tabindex]="one.chosen ? 0 : -1" [attr.aria-label]="one.name + (one.reason ? ': ' + one.reason : '')" [title]="one.name + (one.reason ? ': ' + one.reason : '')" (click)="choose(one.shape)" [attr.data-shape]="one.shape"><crm-shape-icon [shape]="one.shape" /></button>
    }
    <span class="crm-muted" aria-hidden="true">{{ 'reports.shapes.' + shape() | translate }}</span>
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 1px; } button { display: grid; place-items: center; inline-size: 28px; block-size: 28px; border-radius: var(--crm-radius); color: var(--crm-text-2); } button:hover { background: var(--crm-hover); } button[aria-checked='true'] { background: var(--crm-selected); color: var(--crm-accent-strong); }
    button[aria-disabled='true'] { opacity: 0.35; cursor: not-allowed; } span { margin-inline-start: var(--crm-2); font-size: var(--crm-text-13); } @media (pointer: coarse) { button { inline-size: 36px; block-size: 36px; } }
  `,
})
export class ShapePickerComponent {
  private readonly builder = inject(ReportBuilder);
  private readonly locale = inject(LocaleService);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly shape = computed(() => this.builder.definition().show.shape);
  protected readonly offers = computed(() => shapes.map((shape) => {
    const problem = shapeProblem(shape, this.builder.definition());
    return { shape, chosen: shape === this.shape(), name: this.words(`shapes.${shape}`), reason: problem && this.words(`shapes.needs.${problem}`) };
  }));

  protected words(key: string): string {
    return this.builder.text(key);
  }

  protected choose(shape: Shape): void {
    const reason = this.offers().find((one) => one.shape === shape)?.reason;
    if (reason) this.builder.say('shapes.not', { shape: this.words(`shapes.${shape}`), reason });
    else this.builder.change((now) => ({ ...now, show: { shape } }), 'shape');
  }

  /** Arrows choose the next shape that can be drawn, along the line of reading. */
  protected walk(event: KeyboardEvent): void {
    const forward = this.locale.direction() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const step = event.key === forward || event.key === 'ArrowDown' ? 1 : event.key.startsWith('Arrow') ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const possible = this.offers().filter(({ reason }) => reason === null);
    const at = possible.findIndex(({ chosen }) => chosen);
    const next = possible[(at + step + possible.length) % possible.length];
    if (!next) return;
    this.choose(next.shape);
    this.host.querySelector<HTMLElement>(`[data-shape="${next.shape}"]`)?.focus();
  }
}
