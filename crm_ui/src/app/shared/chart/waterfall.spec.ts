import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { testProviders, useLanguage } from '@testing/setup';
import { WaterfallComponent } from './waterfall.component';
import { drawWaterfall, roundStep, WaterfallStep } from './waterfall.layout';

const step = (key: string, value: number, total = false): WaterfallStep => ({ key, label: key, value, total, text: String(value), full: `${value}.00`, detail: 'deals' });
const STEPS = [step('opening', 100, true), step('new', 50), step('lost', -30), step('closing', 120, true)];

describe('waterfall layout', () => {
  it('lets each change begin where the one before it ended, above zero', () => {
    const { bars, lines, base } = drawWaterfall(STEPS);
    expect(base).toBe(0);
    expect(lines.map(({ value }) => value)).toEqual([0, 50, 100, 150]);
    expect(bars.map(({ look, low, size }) => [look, Math.round(low), Math.round(size)])).toEqual([['total', 0, 67], ['up', 67, 33], ['down', 80, 20], ['total', 0, 80]]);
    expect(bars.map(({ last }) => last)).toEqual([false, false, false, true]);
  });

  it('begins below the lowest level where changes would not be seen, and says so', () => {
    const { base, bars } = drawWaterfall([step('opening', 1_000_000, true), step('new', 2_000), step('lost', -1_000), step('closing', 1_001_000, true)]);
    expect(base).toBeGreaterThan(990_000);
    expect(base).toBeLessThan(1_000_000);
    expect(bars[1]?.size).toBeGreaterThan(20);
    expect(bars[0]?.size).toBeGreaterThan(5);
  });

  it('draws nothing, a level below zero and a change of nothing without breaking', () => {
    expect(drawWaterfall([]).bars).toEqual([]);
    const flat = drawWaterfall([step('opening', 0, true), step('new', 0), step('closing', 0, true)]);
    expect(flat.bars.map(({ look, size }) => [look, size])).toEqual([['total', 0], ['none', 0], ['total', 0]]);
    const under = drawWaterfall([step('opening', 10, true), step('lost', -30), step('closing', -20, true)]);
    expect(under.bars.every(({ low, size }) => low >= 0 && low + size <= 100.001)).toBeTrue();
    expect([roundStep(10, 4), roundStep(1, 4), roundStep(9_000, 4)]).toEqual([5, 0.5, 5_000]);
  });
});

@Component({ imports: [WaterfallComponent], template: `<div style="inline-size: 1000px"><crm-waterfall [steps]="steps()" label="Change" cutText="cut" [chosen]="chosen()" (pick)="chosen.set($event.key)" /></div>` })
class HostComponent {
  readonly steps = signal(STEPS);
  readonly chosen = signal<string | null>(null);
}

describe('WaterfallComponent', () => {
  for (const [language, forward] of [['en', 'ArrowRight'], ['ar', 'ArrowLeft']] as const) {
    it(`is walked and opened by keyboard, and tells exact numbers (${language})`, async () => {
      TestBed.configureTestingModule({ imports: [HostComponent], providers: testProviders() });
      await useLanguage(language);
      const fixture = TestBed.createComponent(HostComponent);
      document.body.appendChild(fixture.nativeElement as HTMLElement);
      await fixture.whenStable();
      const bars = [...(fixture.nativeElement as HTMLElement).querySelectorAll<HTMLButtonElement>('.step')];
      expect(bars.map((bar) => bar.tabIndex)).toEqual([0, -1, -1, -1]);
      bars[0]?.focus();
      bars[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: forward, bubbles: true }));
      await fixture.whenStable();
      expect(document.activeElement).toBe(bars[1] ?? null);
      expect(bars[1]?.textContent?.replace(/\s+/g, ' ').trim()).toBe('new50, 50.00, deals');
      expect((fixture.nativeElement as HTMLElement).querySelector('.exact')?.textContent).toContain('50.00');
      bars[1]?.click();
      await fixture.whenStable();
      expect(fixture.componentInstance.chosen()).toBe('new');
      expect(bars.map((bar) => bar.getAttribute('aria-pressed'))).toEqual(['false', 'true', 'false', 'false']);
      bars[1]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
      expect(document.activeElement).toBe(bars[3] ?? null);
      (fixture.nativeElement as HTMLElement).remove();
    });
  }
});
