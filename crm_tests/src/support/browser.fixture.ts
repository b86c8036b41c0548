import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { readConfig } from '../config.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** How a person sees the product. */
export interface Viewer {
  readonly language: 'en' | 'ar';
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** With what moves; without it the machine draws each picture once. */
  readonly motion?: true;
}

/** A browser for one spec file. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: readConfig().chrome, args: flags });
}

/** A signed-in page of a person. Errors of the page's scripts are collected in `errors`. */
export async function signIn(browser: Browser, url: string, viewer: Viewer, email: string, password: string): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const width = viewer.width ?? 1440;
  const context = await browser.newContext({ viewport: { width, height: width < 800 ? 844 : 900 }, colorScheme: viewer.theme ?? 'light', reducedMotion: viewer.motion ? 'no-preference' : 'reduce', locale: viewer.language === 'ar' ? 'ar-SA' : 'en-US' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  // Frames that are kept apart, such as that of a mail, have no storage.
  await page.addInitScript(`if (window === top) localStorage.setItem('crm.language', '${viewer.language}')`);
  await page.goto(`${url}/login`);
  await page.fill('input[type=email]', email);
  await page.fill('input[name=password]', password);
  await page.click('button[type=submit]');
  await page.waitForURL((address) => !address.pathname.startsWith('/login'), { timeout: 30_000 });
  return { page, context, errors };
}

/** Violations that axe finds on a page (WCAG 2.1 A and AA, and the rules named beside), each with the first element it is about. */
export async function violations(page: Page, beside: readonly string[] = []): Promise<string[]> {
  // What is still moving in is see-through, and its contrast nobody's.
  await page.locator('mat-dialog-container:not(.mdc-dialog--open), .mdc-dialog--opening').first().waitFor({ state: 'detached' });
  await page.evaluate(`Promise.all(document.getAnimations().filter((one) => one.playState === 'running' && one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => null))).then(() => null)`);
  // The page's policy forbids scripts of others; the test's own runs in a world of its own.
  await page.evaluate(`${axeSource}; 0`);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run(context: unknown, options: object): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[] }[] }[] }> } };
    const result = await axe.run((globalThis as unknown as { document: unknown }).document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: true }])) });
    return result.violations.map((violation) => `${violation.id}: ${violation.help} (${String(violation.nodes[0]?.target[0])})`);
  }, [...beside]);
}
