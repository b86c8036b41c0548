import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { testProviders, useLanguage } from '@testing/setup';
import { LineChartComponent, linePath } from './line-chart.component';

const POINTS = [{ key: 'a', label: 'Opening', value: 10, text: '10', total: true }, { key: 'b', label: 'New', value: 5, text: '5' }, { key: 'c', label: 'Lost', value: -3, text: '−3' }, { key: 'd', label: 'Closing', value: 12, text: '12', total: true }];

@Component({
  imports: [LineChartComponent],
  template: `<crm-line-chart label="Lines" [points]="points" [lines]="[{ label: 'One', values: [1, null, 3, 4] }, { label: 'Two', values: [2, 2, 2, 2] }]" [selected]="selected()" (pick)="picked.set($event.key)" />`,
})
class HostComponent {
  readonly points = POINTS;
  readonly selected = signal<string | null>(null);
  readonly picked = signal('');
}

describe('lines', () => {
  it('leave gaps where nothing is known', () => {
    expect(linePath([0, null, 1, 1], 0, 1)).toBe('M75.0 200.0M375.0 0.0L525.0 0.0');
  });

  for (const language of ['en', 'ar'] as const) {
    it(`are walked with the arrows of the reading direction, and opened (${language})`, async () => {
      localStorage.clear();
      TestBed.configureTestingModule({ providers: testProviders() });
      await useLanguage(language);
      const fixture = TestBed.createComponent(HostComponent);
      const page = fixture.nativeElement as HTMLElement;
      document.body.append(page);
      await fixture.whenStable();
      const steps = [...page.querySelectorAll<HTMLButtonElement>('.steps button')];
      expect(steps.map((step) => step.getAttribute('aria-label'))).toEqual(['Opening, 10', 'New, 5', 'Lost, −3', 'Closing, 12']);
      steps[0]?.focus();
      steps[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: language === 'ar' ? 'ArrowLeft' : 'ArrowRight', bubbles: true }));
      await fixture.whenStable();
      expect(document.activeElement).toBe(steps[1] ?? null);
      steps[1]?.click();
      expect(fixture.componentInstance.picked()).toBe('b');
      fixture.componentInstance.selected.set('b');
      await fixture.whenStable();
      expect(steps.map((step) => step.getAttribute('aria-pressed'))).toEqual(['false', 'true', 'false', 'false']);
      page.remove();
    });
  }
});
