import type { Browser } from 'playwright-core';
import type { SampleSize } from 'crm_ops';
import { readConfig } from '../config.js';
import { startBrowser } from './browser.fixture.js';
import { startProduct, type TestProduct } from './product.fixture.js';

/** What a journey works with; both are there inside of specs and of later hooks. */
export interface Journey {
  readonly product: TestProduct;
  readonly browser: Browser;
}

/** A product and a browser for the specs of one `describe`, which end with it; `env` are settings beside the usual ones. */
export function useProduct(sample: SampleSize, env: Readonly<Record<string, string>> = {}): Journey {
  let product: TestProduct;
  let browser: Browser;
  beforeAll(async () => {
    const { seed } = readConfig();
    process.stdout.write(`journeys in turn by CRM_TEST_SEED=${seed}\n`);
    [product, browser] = await Promise.all([startProduct(sample, env), startBrowser()]);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await product.dispose();
  }, 60_000);
  return { get product() { return product; }, get browser() { return browser; } };
}
