import { Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { testProviders, useLanguage } from '@testing/setup';
import { AvatarComponent } from './chip/avatar.component';
import { ChipComponent, Tone, toneOfStatus } from './chip/chip.component';
import { EntityLinkComponent } from './chip/entity-link.component';
import { GaugeComponent } from './chip/gauge.component';
import { ControlDirective, FieldComponent } from './field/field.component';
import { IconComponent } from './icon/icon.component';
import { IconName, ICONS } from './icon/icons';
import { PageHeaderComponent } from './states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from './states/states.component';
import { TabsComponent } from './states/tabs.component';

const PROBLEM: Problem = { status: 422, code: 'validation_failed', title: 'Wrong', detail: 'Correct it.', errors: [{ path: 'email', code: 'x', message: 'Not an e-mail.' }] };

@Component({
  imports: [AvatarComponent, ChipComponent, ControlDirective, EmptyComponent, EntityLinkComponent, FieldComponent, GaugeComponent, IconComponent, PageHeaderComponent, ProblemComponent, SkeletonComponent, TabsComponent],
  template: `
    <crm-icon [name]="icon()" />
    <crm-chip [tone]="tone()">Word</crm-chip>
    <crm-avatar name="Darcel Schlecht" />
    <crm-entity-link kind="accounts" [to]="record()" [avatar]="true" /><crm-entity-link kind="users" [to]="{ id: '2', name: 'Omar' }" />
    <crm-gauge [value]="value()" label="Win" [shape]="shape()" />
    <crm-field label="E-mail" name="email" [problem]="problem()" [hint]="hint()" [error]="error()" [optional]="true"><input crmControl /></crm-field>
    <crm-empty title="Nothing" text="Do something" />
    <crm-problem [problem]="fault()" [inline]="true" (retry)="tries.set(tries() + 1)" />
    <crm-skeleton [lines]="2" /><crm-skeleton [height]="40" />
    <crm-page-header title="Deals" subtitle="All" backTo="/" backLabel="Back" />
    <crm-tabs #tabs="crmTabs" label="Parts" [tabs]="[{ key: 'a', label: 'A' }, { key: 'b', label: 'B', count: '3' }, { key: 'c', label: 'C' }]" [(active)]="active" />
  `,
})
class HostComponent {
  readonly icon = signal<IconName>('arrow-right');
  readonly tone = signal<Tone>('won');
  readonly record = signal<{ id: string; name: string } | null>({ id: '1', name: 'شركة النور' });
  readonly value = signal<unknown>('0.72');
  readonly shape = signal<'ring' | 'bar'>('ring');
  readonly problem = signal<Problem | null>(null);
  readonly error = signal<string | null>(null);
  readonly hint = signal('Help');
  readonly fault = signal<Problem>(PROBLEM);
  readonly tries = signal(0);
  readonly active = signal('a');
}

describe('shared parts', () => {
  let fixture: ComponentFixture<HostComponent>;
  let page: HTMLElement;
  let locale: LocaleService;
  const find = (selector: string): HTMLElement => page.querySelector(selector) as HTMLElement;

  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    locale = await useLanguage('en');
    fixture = TestBed.createComponent(HostComponent);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.whenStable();
  });

  afterEach(() => page.remove());

  it('draws every icon and hides it from screen readers', async () => {
    for (const name of Object.keys(ICONS) as IconName[]) {
      fixture.componentInstance.icon.set(name);
      await fixture.whenStable();
      expect(page.querySelectorAll('crm-icon svg > *').length).withContext(name).toBeGreaterThan(0);
    }
    expect(find('crm-icon').getAttribute('aria-hidden')).toBe('true');
  });

  it('turns only icons that point along the line of reading', async () => {
    expect(find('crm-icon').classList).toContain('crm-mirror');
    fixture.componentInstance.icon.set('search');
    await fixture.whenStable();
    expect(find('crm-icon').classList).not.toContain('crm-mirror');
  });

  it('says a status by mark and words, not by colour alone', async () => {
    expect(find('crm-chip').textContent).toContain('Word');
    expect(find('crm-chip crm-icon')).toBeTruthy();
    fixture.componentInstance.tone.set('neutral');
    await fixture.whenStable();
    expect(find('crm-chip crm-icon')).toBeNull();
    expect(['won', 'lost', 'open', 'paused', 'whatever', null].map(toneOfStatus)).toEqual(['won', 'lost', 'accent', 'stale', 'neutral', 'neutral']);
  });

  it('links a record, isolates its name, and shows a dash for none', async () => {
    const link = find('crm-entity-link a');
    expect(link.getAttribute('href')).toBe('/sell/accounts/1');
    expect(link.querySelector('bdi')?.textContent).toBe('شركة النور');
    expect(page.querySelectorAll('crm-entity-link')[1]?.querySelector('a')).toBeNull();
    fixture.componentInstance.record.set(null);
    await fixture.whenStable();
    expect(find('crm-entity-link').textContent?.trim()).toBe('–');
  });

  it('measures a probability, and never invents one', async () => {
    const gauge = find('crm-gauge');
    expect([gauge.getAttribute('aria-valuenow'), gauge.getAttribute('aria-valuetext'), gauge.dataset['level']]).toEqual(['72', '72%', 'high']);
    fixture.componentInstance.shape.set('bar');
    for (const [value, level] of [[0.4, 'middle'], [0.1, 'low'], [null, 'none']] as const) {
      fixture.componentInstance.value.set(value);
      await fixture.whenStable();
      expect(gauge.dataset['level']).toBe(level);
    }
    expect(gauge.textContent).toContain('–');
    expect(gauge.hasAttribute('aria-valuenow')).toBeFalse();
  });

  it('ties label, hint and error to the control', async () => {
    const input = find('input') as HTMLInputElement;
    expect(find('label').getAttribute('for')).toBe(input.id);
    expect(input.getAttribute('aria-describedby')).toBe(`${input.id}-hint`);
    fixture.componentInstance.problem.set(PROBLEM);
    await fixture.whenStable();
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toBe('Not an e-mail.');
    fixture.componentInstance.error.set('Own');
    await fixture.whenStable();
    expect(find('.error').textContent).toBe('Own');
    fixture.componentInstance.problem.set(null);
    fixture.componentInstance.error.set(null);
    fixture.componentInstance.hint.set('');
    await fixture.whenStable();
    expect(input.hasAttribute('aria-describedby')).toBeFalse();
  });

  it('tells an error with its cure in the language of the reader', async () => {
    expect(find('crm-problem').textContent).toContain('Some values cannot be accepted');
    expect(find('crm-problem').textContent).toContain('Correct it.');
    expect(find('crm-problem').textContent).toContain('Not an e-mail.');
    fixture.componentInstance.fault.set(toProblem(new Error('x')));
    await locale.choose('ar');
    await fixture.whenStable();
    expect(find('crm-problem').textContent).toContain('حدث خطأ');
    fixture.componentInstance.fault.set({ ...PROBLEM, code: 'strange', title: 'T', detail: 'D' });
    await fixture.whenStable();
    expect(find('crm-problem strong').textContent).toBe('T');
    (find('crm-problem button') as HTMLButtonElement).click();
    expect(fixture.componentInstance.tries()).toBe(1);
  });

  it('moves between tabs along the line of reading', async () => {
    const press = async (key: string): Promise<string> => {
      const tab = page.querySelector<HTMLElement>('[role=tab][aria-selected=true]');
      tab?.focus();
      tab?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await fixture.whenStable();
      return `${fixture.componentInstance.active()}${document.activeElement?.textContent?.trim().charAt(0)}`;
    };
    expect(await press('ArrowRight')).toBe('bB');
    expect(await press('End')).toBe('cC');
    expect(await press('ArrowRight')).toBe('aA');
    expect(await press('ArrowLeft')).toBe('cC');
    expect(await press('Home')).toBe('aA');
    expect(await press('x')).toBe('aA');
    await locale.choose('ar');
    await fixture.whenStable();
    expect(await press('ArrowLeft')).toBe('bB');
    expect(await press('ArrowRight')).toBe('aA');
    find('[role=tab]:last-child').click();
    expect(fixture.componentInstance.active()).toBe('c');
  });
});
