import { afterNextRender, DestroyRef, Directive, effect, ElementRef, inject, input, output, untracked } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';

/** Gives the marks of a drawing by ngx-charts what it lacks: names, one stop for Tab, arrows from mark to mark, and opening by Enter and Space. */
@Directive({ selector: '[crmChartMarks]', host: { role: 'group', '(keydown)': 'pressed($event)' } })
export class ChartMarksDirective {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);
  /** What each mark says, in the order of the marks in the document. */
  readonly words = input.required<readonly string[]>({ alias: 'crmChartMarks' });
  /** The marks. */
  readonly selector = input('g.circle circle');
  /** Number of the mark that was opened by keyboard. */
  readonly marked = output<number>();

  constructor() {
    const observer = new MutationObserver(() => this.prepare());
    inject(DestroyRef).onDestroy(() => observer.disconnect());
    afterNextRender(() => {
      observer.observe(this.host, { childList: true, subtree: true });
      this.prepare();
    });
    effect(() => {
      this.words();
      untracked(() => this.prepare());
    });
  }

  protected pressed(event: KeyboardEvent): void {
    const marks = this.marks();
    const at = marks.indexOf(event.target as SVGElement);
    if (at < 0) return;
    const [forward, back] = this.locale.direction() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const last = marks.length - 1;
    const to = { [forward]: Math.min(at + 1, last), ArrowDown: Math.min(at + 1, last), [back]: Math.max(at - 1, 0), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.marked.emit(at);
    else if (to === undefined) return;
    else {
      marks.forEach((mark, place) => mark.setAttribute('tabindex', place === to ? '0' : '-1'));
      marks[to]?.focus();
    }
    event.preventDefault();
  }

  private marks(): SVGElement[] {
    return [...this.host.querySelectorAll<SVGElement>(this.selector())];
  }

  private prepare(): void {
    const marks = this.marks();
    const held = Math.max(marks.findIndex((mark) => mark.getAttribute('tabindex') === '0'), 0);
    marks.forEach((mark, place) => {
      mark.setAttribute('role', 'button');
      mark.setAttribute('tabindex', place === held ? '0' : '-1');
      mark.setAttribute('aria-label', this.words()[place] ?? '');
    });
  }
}
