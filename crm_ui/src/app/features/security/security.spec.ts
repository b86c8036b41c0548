import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TokenStore } from '@core/auth/token.store';
import { backend, settle, testProviders, useLanguage } from '@testing/setup';
import { deviceName } from '@shared/format/device.name';
import { FactorComponent } from './factor.component';
import { SessionsComponent } from './sessions.component';

describe('security', () => {
  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
    await useLanguage('en');
  });
  afterEach(() => { localStorage.clear(); });

  async function answer(fixture: ComponentFixture<unknown>, url: string, body: object | null): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) {
      fixture.detectChanges();
      await settle();
      const [request] = backend().match(url);
      if (!request) continue;
      request.flush(body);
      await settle();
      fixture.detectChanges();
      return;
    }
    throw new Error(`no request to ${url} came`);
  }
  const text = (fixture: ComponentFixture<unknown>): string => (fixture.nativeElement as HTMLElement).textContent ?? '';
  const button = (fixture: ComponentFixture<unknown>, name: string): HTMLButtonElement | undefined => [...(fixture.nativeElement as HTMLElement).querySelectorAll('button')].find((one) => one.textContent?.trim() === name);

  it('lists sessions with their devices and ends another one, never the own', async () => {
    const fixture = TestBed.createComponent(SessionsComponent);
    const item = { client: { id: 'crm_ui', name: null }, address: '192.0.2.1', created_at: new Date().toISOString(), last_seen_at: new Date().toISOString() };
    await answer(fixture, '/crm/v1/sessions', { items: [{ id: 'a', ...item, device: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0', current: true }, { id: 'b', ...item, device: null, current: false }] });
    expect(text(fixture)).toContain('Firefox · Linux');
    expect([...(fixture.nativeElement as HTMLElement).querySelectorAll('li button')].length).toBe(1);
    button(fixture, 'End')?.click();
    await answer(fixture, '/crm/v1/sessions/b', null);
    await answer(fixture, '/crm/v1/sessions', { items: [{ id: 'a', ...item, device: null, current: true }] });
    expect(button(fixture, 'End all others')).toBeUndefined();
  });

  it('enrols by QR code and shows the recovery codes once', async () => {
    const fixture = TestBed.createComponent(FactorComponent);
    await answer(fixture, '/crm/v1/auth/factor', { enabled: false, recovery_codes_left: 0 });
    button(fixture, 'Switch on')?.click();
    await answer(fixture, '/crm/v1/auth/factor', { secret: 'ABCDEFGH', uri: 'otpauth://totp/CRM:a?secret=ABCDEFGH' });
    const path = (fixture.nativeElement as HTMLElement).querySelector('svg.qr path')?.getAttribute('d') ?? '';
    expect(path.split('M').length).toBeGreaterThan(200);
    expect(text(fixture)).toContain('ABCD EFGH');
    button(fixture, 'Confirm')?.click();
    await answer(fixture, '/crm/v1/auth/factor/confirm', { recovery_codes: ['aaaa-bbbb', 'cccc-dddd'] });
    await answer(fixture, '/crm/v1/auth/factor', { enabled: true, recovery_codes_left: 2 });
    expect(text(fixture)).toContain('cccc-dddd');
    expect(text(fixture)).toContain('Recovery codes left: 2');
  });

  it('names devices as people do', () => {
    expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Safari/604.1')).toBe('Safari · iOS');
    expect(deviceName('Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0')).toBe('Edge · Windows');
    expect(deviceName('MyTool/1.0')).toBe('MyTool/1.0');
    expect(deviceName(null)).toBeNull();
  });
});
