import { readConfig } from '../config.js';
import { signIn, violations } from '../support/browser.fixture.js';
import { unproved } from '../support/product.fixture.js';
import { useProduct } from '../support/product.journey.js';

/** Pages of optional features, by their address and the words of their line in the navigation. */
const pages = [
  ['/admin/users', 'Users'], ['/admin/teams', 'Teams'], ['/admin/roles', 'Roles'], ['/admin/api-clients', 'API clients'], ['/admin/privacy', 'Privacy'], ['/admin/imports', 'Imports'], ['/pipeline', 'Pipeline'],
  ['/revenue', 'Revenue'], ['/marketing', 'Marketing'], ['/reports', 'Reports'],
] as const;

describe('features journey', () => {
  const journey = useProduct('small', unproved);

  it('shows the ways to a feature exactly while it is on, and says so on a page that is off', async () => {
    const shown = !readConfig().withoutOptional;
    const admin = await journey.product.client();
    const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'admin@crm.test', journey.product.product.demoPassword);
    const nav = page.locator('nav').first();
    await nav.getByRole('link', { name: 'Contacts', exact: true }).waitFor({ timeout: 30_000 });
    for (const [path, words] of pages) {
      expect(await nav.getByRole('link', { name: words, exact: true }).count()).withContext(`${words} in the navigation`).toBe(shown ? 1 : 0);
      if (shown || path === '/admin/imports') continue;
      await page.goto(`${journey.product.product.url}${path}`);
      await page.getByText('This feature is off').waitFor({ timeout: 15_000 });
    }
    // The page with the switches is always there.
    expect(await nav.getByRole('link', { name: 'Features', exact: true }).count()).toBe(1);
    const [contact] = (await admin.must<{ items: { id: string }[] }>('GET', '/contacts?limit=1')).items;
    await page.goto(`${journey.product.product.url}/sell/contacts/${contact?.id ?? ''}`);
    await page.locator('h1').waitFor({ timeout: 30_000 });
    await page.locator('crm-skeleton').first().waitFor({ state: 'detached', timeout: 30_000 });
    expect(await page.locator('crm-consent-card').count()).withContext('the card of consent').toBe(shown ? 1 : 0);
    expect(await page.getByText('Marketing consent').count()).withContext('the plain fields instead').toBe(shown ? 0 : 1);
    expect(await page.getByRole('tab', { name: 'Activities' }).count()).toBe(shown ? 1 : 0);
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  }, 120_000);
});
