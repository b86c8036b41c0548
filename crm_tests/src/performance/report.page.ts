import type { Page } from 'playwright-core';

interface Watched {
  addEventListener(type: string, listener: (event: { timeStamp: number }) => void, options: object): void;
  requestAnimationFrame(work: (now: number) => void): void;
  readonly performance: { now(): number };
  readonly document: { querySelector(selector: string): { getAttribute(name: string): string | null; scrollBy(left: number, top: number): void; scrollTop: number; scrollHeight: number; clientHeight: number } | null };
  readonly MutationObserver: new (work: () => void) => { observe(target: unknown, options: object): void; disconnect(): void };
  drop?: Promise<number>;
}

/** Puts a field into the report by Enter and waits for the picture: milliseconds from the key to the frame with the new answer, measured by the page itself. */
export async function drop(page: Page, member: string): Promise<number> {
  await page.locator(`[data-field="${member}"]`).first().focus();
  await page.evaluate(() => {
    const page = globalThis as unknown as Watched;
    const preview = page.document.querySelector('crm-report-preview');
    page.drop = new Promise((resolve) => {
      let [began, asked] = [0, false];
      page.addEventListener('keydown', (event) => { began = event.timeStamp; }, { capture: true, once: true });
      const watch = new page.MutationObserver(() => {
        if (preview?.getAttribute('aria-busy') === 'true') asked = true;
        else if (asked) {
          watch.disconnect();
          // The first is before the frame that has the answer is painted, the second after it.
          page.requestAnimationFrame(() => page.requestAnimationFrame(() => resolve(page.performance.now() - began)));
        }
      });
      watch.observe(preview, { attributes: true, attributeFilter: ['aria-busy'] });
    });
  });
  await page.keyboard.press('Enter');
  return page.evaluate(() => (globalThis as unknown as Watched).drop ?? Promise.reject(new Error('Nothing was dropped')));
}

/** Waits until the builder shows the answer to its address. */
export async function shown(page: Page): Promise<void> {
  await page.locator('crm-report-preview crm-report-view').waitFor({ timeout: 120_000 });
  await page.locator('crm-report-preview[aria-busy=false]').waitFor({ timeout: 120_000 });
}

/** Scrolls the grid a little with every frame and gives the milliseconds between frames. */
export function scrolled(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate((ms) => new Promise<number[]>((resolve, reject) => {
    const page = globalThis as unknown as Watched;
    const grid = page.document.querySelector('crm-report-grid [role=grid]');
    if (!grid) return reject(new Error('There is no grid'));
    const frames: number[] = [];
    let [began, last, turn] = [0, 0, 0];
    const step = (now: number): void => {
      if (last > 0) frames.push(now - last);
      else began = now;
      last = now;
      turn += 1;
      // Down with a turn of the wheel each frame, to the side half of the time; at the end from the top again.
      if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1) grid.scrollBy(0, -grid.scrollHeight);
      else grid.scrollBy(turn % 240 < 120 ? 6 : turn % 240 < 180 ? -12 : 0, 60);
      if (now - began >= ms) resolve(frames);
      else page.requestAnimationFrame(step);
    };
    page.requestAnimationFrame(step);
  }), seconds * 1000);
}

/** What a page has worked, milliseconds: scripts, and styles with layout. */
export interface Work {
  readonly scripts: number;
  readonly layout: number;
}

/** Counts the work of a page from now on: the browser forgets what it counted for a session that ended. */
export async function workOf(page: Page): Promise<() => Promise<Work>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async (): Promise<Work> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? 0) * 1000;
    return { scripts: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') };
  };
  const begun = await read();
  return async () => {
    const now = await read();
    return { scripts: now.scripts - begun.scripts, layout: now.layout - begun.layout };
  };
}
