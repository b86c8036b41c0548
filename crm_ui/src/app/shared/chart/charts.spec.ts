import { ApplicationRef, Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Proof } from '@core/analytics/cube.transport';
import { changeOf } from '@core/analytics/change';
import { Problem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { testProviders, useLanguage } from '@testing/setup';
import { KpiTileComponent } from '../kpi/kpi-tile.component';
import { BarChartComponent } from './bar-chart.component';
import { ChartCardComponent, ChartPoint } from './chart-card.component';
import { RankingComponent } from './ranking.component';
import { SparklineComponent, sparkPath } from './sparkline.component';

const POINTS: readonly ChartPoint[] = [
  { key: 'a', label: 'January', value: 10, text: '$10', detail: '1 deal', axis: 'Jan' },
  { key: 'b', label: 'February', value: 20, text: '$20' },
  { key: 'c', label: 'March', value: 0, text: '$0' },
];

@Component({
  imports: [BarChartComponent, ChartCardComponent, KpiTileComponent, RankingComponent, SparklineComponent],
  template: `
    <div style="inline-size: 500px">
      <crm-chart-card title="Won" [points]="points()" [loading]="loading()" [problem]="problem()" description="What it is" [(asTable)]="asTable" (drill)="drilled.set(true)">
        <crm-bar-chart label="Won" [points]="points()" [orientation]="orientation()" [height]="200" (pick)="picked.set($event.key)" (pickBar)="bar.set($event.bar.key)" />
      </crm-chart-card>
      <crm-ranking label="Reps" [points]="points()" look="people" (pick)="picked.set($event.key)" />
      <crm-kpi-tile title="Won revenue" value="$1M" full="$1,000,000" unit="per day" [change]="change()" versus="vs before" note="Right now" [trend]="[1, 2, 3]" fresh="Fresh" [proof]="proof()" description="Sum" formula="Σ" (drill)="drilled.set(true)" [loading]="loading()" />
      <crm-sparkline [values]="[1, null, 2, 3]" />
    </div>
  `,
})
class HostComponent {
  readonly points = signal(POINTS);
  readonly loading = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly asTable = signal(false);
  readonly orientation = signal<'vertical' | 'horizontal'>('vertical');
  readonly picked = signal('');
  readonly bar = signal('');
  readonly drilled = signal(false);
  readonly change = signal(changeOf(120, 100, 'relative', 'up'));
  readonly proof = signal<Proof | null>(null);
}

describe('charts and tiles', () => {
  let fixture: ComponentFixture<HostComponent>;
  let host: HostComponent;
  let page: HTMLElement;
  let locale: LocaleService;
  const marks = (): SVGPathElement[] => [...page.querySelectorAll<SVGPathElement>('path.bar')];

  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    locale = await useLanguage('en');
    fixture = TestBed.createComponent(HostComponent);
    host = fixture.componentInstance;
    // ngx-charts hangs its tooltips into the application's root, which a test bed does not have.
    TestBed.inject(ApplicationRef).components.push(fixture.componentRef);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await drawn();
  });

  afterEach(() => page.remove());

  /** ngx-charts draws after measuring; waits for marks that are prepared, with a deadline. */
  async function drawn(): Promise<void> {
    await fixture.whenStable();
    for (let turn = 0; turn < 60 && !marks()[0]?.getAttribute('tabindex')?.startsWith('0'); turn += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await fixture.whenStable();
    }
  }

  async function tooltip(wanted = '$20'): Promise<string> {
    for (let turn = 0; turn < 200; turn += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const text = [...document.querySelectorAll('.ngx-charts-tooltip-content')].map((element) => element.textContent).join(' ');
      if (text.includes(wanted)) return text;
    }
    return '';
  }

  it('names each bar with its exact value', () => {
    expect(marks().length).toBe(3);
    expect(marks().map((mark) => mark.getAttribute('aria-label'))).toEqual(['January, $10, 1 deal', 'February, $20', 'March, $0']);
    expect(marks().map((mark) => mark.getAttribute('tabindex'))).toEqual(['0', '-1', '-1']);
  });

  it('is walked by keyboard along the line of reading, and opens', async () => {
    const press = (key: string): number => {
      const mark = marks().find((one) => one.getAttribute('tabindex') === '0') as SVGPathElement;
      mark.focus();
      mark.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      return marks().indexOf(document.activeElement as unknown as SVGPathElement);
    };
    expect([press('ArrowRight'), press('End'), press('ArrowRight'), press('ArrowLeft'), press('Home')]).toEqual([1, 1, 0, 1, 0]);
    press('Enter');
    await fixture.whenStable();
    expect(host.picked()).toBe('a');
    await locale.choose('ar');
    await drawn();
    expect(press('ArrowLeft')).toBe(1);
    // The tooltip follows the focus a moment later; waiting for it also leaves no timer of ngx-charts behind.
    expect(await tooltip()).toContain('$20');
    (document.activeElement as HTMLElement | null)?.blur();
  });

  it('draws several numbers of each part as bars in a group, with a legend, each told and opened by itself', async () => {
    const bars = (open: number, won: number): ChartPoint['bars'] => [{ key: 'open', label: 'Open', value: open, text: `$${open}` }, { key: 'won', label: 'Won', value: won, text: `$${won}` }];
    host.points.set([{ key: 'a', label: 'North', value: 1, text: '$1', bars: bars(1, 2) }, { key: 'b', label: 'South', value: 3, text: '$3', bars: bars(3, 4) }]);
    for (const orientation of ['vertical', 'horizontal'] as const) {
      host.orientation.set(orientation);
      fixture.detectChanges();
      for (let turn = 0; turn < 60 && marks()[3]?.getAttribute('aria-label') !== 'South, Won, $4'; turn += 1) await drawn().then(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      expect(marks().map((mark) => mark.getAttribute('aria-label'))).withContext(orientation).toEqual(['North, Open, $1', 'North, Won, $2', 'South, Open, $3', 'South, Won, $4']);
      expect([...page.querySelectorAll('.legend li')].map((one) => one.textContent.trim())).toEqual(['Open', 'Won']);
      // Each number has the colour of its place in the legend.
      expect(new Set(marks().map((mark) => mark.getAttribute('fill'))).size).toBe(2);
      marks()[3]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      await fixture.whenStable();
      expect([host.picked(), host.bar()]).withContext(orientation).toEqual(['b', 'won']);
      host.picked.set('');
      host.bar.set('');
    }
    marks()[3]?.focus();
    expect(await tooltip('$4')).toMatch(/South\s*Won\s*\$4/);
    (document.activeElement as HTMLElement | null)?.blur();
    host.asTable.set(true);
    await fixture.whenStable();
    expect([...page.querySelectorAll('thead th')].map((head) => head.textContent)).toEqual(['Category', 'Open', 'Won']);
    expect([...page.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent.trim()))).toEqual([['North', '$1', '$2'], ['South', '$3', '$4']]);
  });

  it('is mirrored in right-to-left, with its texts readable', async () => {
    await locale.choose('ar');
    await drawn();
    expect(getComputedStyle(page.querySelector('.ngx-charts') as Element).transform).toBe('matrix(-1, 0, 0, 1, 0, 0)');
    expect(getComputedStyle(page.querySelector('.ngx-charts text') as Element).transform).toContain('matrix(-1');
    const bars = marks().map((mark) => mark.getBoundingClientRect().left);
    expect(bars[0]).toBeGreaterThan(bars[1] ?? 0);
  });

  it('lies down for names, with direct labels', async () => {
    host.orientation.set('horizontal');
    await drawn();
    expect(page.querySelector('crm-bar-chart')?.textContent).toContain('$20');
  });

  it('shows loading, failure, emptiness and the table in the same place', async () => {
    const body = page.querySelector('crm-chart-card .body') as HTMLElement;
    host.asTable.set(true);
    await fixture.whenStable();
    expect([...body.querySelectorAll('tbody th')].map((cell) => cell.textContent)).toEqual(['January', 'February', 'March']);
    host.points.set([]);
    await fixture.whenStable();
    expect(body.textContent).toContain('Nothing to show');
    host.loading.set(true);
    await fixture.whenStable();
    expect(body.querySelector('.crm-skeleton')).toBeTruthy();
    expect(page.querySelector('crm-chart-card')?.getAttribute('aria-busy')).toBe('true');
    host.problem.set({ status: 503, code: 'unavailable', title: '', detail: '', errors: [] });
    await fixture.whenStable();
    expect(body.querySelector('crm-problem')).toBeTruthy();
  });

  it('opens a row of a ranking', () => {
    page.querySelectorAll<HTMLButtonElement>('crm-ranking button')[1]?.click();
    expect(host.picked()).toBe('b');
    expect(page.querySelectorAll<HTMLElement>('crm-ranking .bar')[0]?.style.inlineSize).toBe('50%');
  });

  it('says a change with direction and meaning, in its own unit', async () => {
    const change = (): string => page.querySelector('.change')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    expect(change()).toContain('20%');
    expect(change()).toContain('(better)');
    host.change.set(changeOf(0.5, 0.6, 'points', 'up'));
    await fixture.whenStable();
    expect(change()).toContain('10 pp');
    expect(change()).toContain('(worse)');
    host.change.set(changeOf(40, 42, 'absolute', 'down'));
    await fixture.whenStable();
    expect(change()).toContain('2 days');
    host.change.set(changeOf(1, 1, 'relative', 'up'));
    await fixture.whenStable();
    expect(change()).toContain('(no change)');
    host.change.set(null);
    await fixture.whenStable();
    expect(change()).toBe('Right now');
    page.querySelector<HTMLButtonElement>('crm-kpi-tile button.value')?.click();
    expect(host.drilled()).toBeTrue();
  });

  it('says in words and with a mark of its own whether a number equals the ledger', async () => {
    const proof: Proof = { equal: true, lsn: '7', committed_at: '2026-11-22T14:03:07Z', checked_at: '2026-11-22T14:03:08Z', rows: 8800, different: 0, tables: ['crm_deals'] };
    const badge = (): HTMLElement | null => page.querySelector('crm-kpi-tile crm-proof-badge');
    const shown = async (value: Proof | null): Promise<string> => {
      host.proof.set(value);
      await fixture.whenStable();
      return badge()?.textContent?.trim() ?? '';
    };
    const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date('2026-11-22T14:03:07Z'));
    expect(badge()).toBeNull();
    expect(await shown(proof)).toBe(`Equal to the ledger at ${time}`);
    expect(badge()?.querySelector('[title]')?.getAttribute('title')).toContain('8,800 rows');
    const marks = [badge()?.querySelector('svg')?.innerHTML];
    expect(await shown({ ...proof, equal: null, lsn: null, committed_at: null, checked_at: null })).toBe('Not proven yet');
    marks.push(badge()?.querySelector('svg')?.innerHTML);
    expect(await shown({ ...proof, equal: false, different: 1 })).toBe('1 row differs from the ledger');
    marks.push(badge()?.querySelector('svg')?.innerHTML);
    expect(new Set(marks).size).toBe(3);
    await useLanguage('ar', 'arab');
    expect(await shown({ ...proof, equal: false, different: 3 })).toBe('٣ صفوف تختلف عن السجلات');
    expect(await shown(proof)).toContain(`مطابق للسجلات عند ${new Intl.DateTimeFormat('ar-u-nu-arab', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date('2026-11-22T14:03:07Z'))}`);
  });

  it('draws a trend with gaps, and none from one point', () => {
    expect(sparkPath([1])).toBe('');
    expect(sparkPath([0, 10])).toBe('M3.0 29.0L117.0 3.0');
    expect(sparkPath([1, null, 1, 2]).match(/M/g)?.length).toBe(2);
    expect(sparkPath([0, 0])).toContain('M3.0 29.0');
  });
});
