import type { Page } from 'playwright-core';
import { until } from './product.client.js';

/** A tile's place on the page. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Waits until every number of the page is there. */
export async function drawn(page: Page, least = 1): Promise<void> {
  await until(() => page.locator('crm-kpi-tile').allInnerTexts(), (texts) => texts.length >= least && texts.every((text) => /[\d–]/.test(text)), 60_000);
  await page.locator('crm-chart-card[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 60_000 });
}

/** Titles of the tiles in the order of reading. */
export const order = (page: Page): Promise<string[]> => page.locator('crm-dashboard-tile').locator('h2, h3').allInnerTexts();

/** Opens the edit mode. */
export async function arrange(page: Page): Promise<void> {
  await page.locator('crm-page-header .actions > button.crm-button').click();
  await page.locator('crm-dashboard-edit gridster-item').first().waitFor({ timeout: 30_000 });
}

/** Where a tile stands once nothing moves any more. */
export async function spot(page: Page, id: string): Promise<Spot> {
  const box = (): Promise<Spot | null> => page.locator(`[data-tile="${id}"]`).boundingBox();
  let before = await box();
  const resting = await until(async () => {
    const now = await box();
    const still = JSON.stringify(now) === JSON.stringify(before);
    before = now;
    await page.waitForTimeout(120);
    return still ? now : null;
  }, (found) => found !== null, 10_000);
  if (!resting) throw new Error(`The tile ${id} is not on the page`);
  return resting;
}

/** The ids of the tiles in the order of the page. */
export const ids = (page: Page): Promise<string[]> => page.locator('[data-tile]').evaluateAll((all) => (all as unknown as { dataset: Record<string, string> }[]).map(({ dataset }) => dataset['tile'] ?? ''));

/** Takes a tile up with the keyboard, presses keys, and drops it or puts it back; what was announced last. */
export async function carry(page: Page, id: string, keys: readonly string[], end: 'Space' | 'Escape'): Promise<string> {
  await page.locator(`[data-handle="${id}"]`).focus();
  await page.keyboard.press('Space');
  await page.locator(`[data-handle="${id}"][aria-pressed="true"]`).waitFor();
  for (const key of keys) await page.keyboard.press(key);
  await page.keyboard.press(end);
  await page.locator(`[data-handle="${id}"][aria-pressed="false"]`).waitFor();
  return until(() => page.locator('.cdk-live-announcer-element').innerText(), (text) => text !== '', 5_000);
}

/** Drags a tile by its head with the mouse. */
export async function drag(page: Page, id: string, by: { readonly x: number; readonly y: number }): Promise<void> {
  const head = await page.locator(`[data-tile="${id}"] .bar .name`).boundingBox();
  if (!head) throw new Error(`The tile ${id} has no head`);
  const [x, y] = [head.x + head.width / 2, head.y + head.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let part = 1; part <= 12; part += 1) await page.mouse.move(x + (by.x * part) / 12, y + (by.y * part) / 12);
  await page.mouse.up();
}
