import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { TestProduct } from './product.fixture.js';

/** Hands that use the mouse alone or the keyboard alone; words are typed in both. */
export interface Hands {
  /** Presses what it names. */
  act(target: string | Locator): Promise<void>;
  /** Types words into a field in place of what it has. */
  fill(selector: string, words: string): Promise<void>;
  /** Opens a list and takes a choice by its value or its place. */
  choose(selector: string, choice: string | number): Promise<void>;
}

interface Options {
  readonly options: readonly { readonly value: string }[];
  readonly selectedIndex: number;
}

const verifier = 'crm_api/dist/reporting/reports/export/verify.main.js';

/** The hands of whoever uses this page. */
export function handsOf(page: Page, by: 'mouse' | 'keyboard'): Hands {
  const at = async (target: string | Locator): Promise<Locator> => {
    const found = (typeof target === 'string' ? page.locator(target) : target).first();
    await found.waitFor({ timeout: 30_000 });
    return found;
  };
  return {
    async act(target) {
      const found = await at(target);
      if (by === 'mouse') return found.click();
      await found.focus();
      // Enter is for buttons, links and choices; a box is ticked by the space bar.
      await page.keyboard.press(await found.evaluate((one) => (one as unknown as { type?: string }).type === 'checkbox') ? 'Space' : 'Enter');
    },
    async fill(selector, words) {
      const found = await at(selector);
      await (by === 'mouse' ? found.click() : found.focus());
      await page.keyboard.press('Control+A');
      await page.keyboard.type(words);
    },
    async choose(selector, choice) {
      const list = await at(selector);
      // Where the mouse would go is a window of the system's, which no page knows; the keys open the same one.
      if (by === 'mouse') return void (await list.selectOption(typeof choice === 'number' ? { index: choice } : choice));
      const { wanted, chosen } = await list.evaluate((one, which) => {
        const { options, selectedIndex } = one as unknown as Options;
        return { wanted: typeof which === 'number' ? which : [...options].findIndex(({ value }) => value === which), chosen: selectedIndex };
      }, choice);
      if (wanted < 0) throw new Error(`${selector} has no choice ${choice}`);
      await list.focus();
      await page.keyboard.press('Space');
      for (let step = chosen; step !== wanted; step += Math.sign(wanted - chosen)) await page.keyboard.press(wanted > chosen ? 'ArrowDown' : 'ArrowUp');
      await page.keyboard.press('Enter');
    },
  };
}

/** Downloads a file as `press` asks for it, and has the product's own command say whether it is what was written. */
export async function verifiedDownload(product: TestProduct, page: Page, press: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-downloads-'));
  try {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), press()]);
    const name = download.suggestedFilename();
    const file = join(folder, `file${/\.\w+$/.exec(name)?.[0] ?? ''}`);
    await download.saveAs(file);
    const { code, stdout, stderr } = await product.command(verifier, [file]);
    expect(code).withContext(`${name}: ${stdout} ${stderr}`).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
