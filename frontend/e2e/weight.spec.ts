/** What the page weighs, and how soon a list of 10,000 clusters can be used. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Page, test as base } from '@playwright/test';
import { PYTHON, SlipwayServer } from './support/server';
import { enter, expect, test } from './support/test';

const MOST_BYTES = 350 * 1024;
const CLUSTERS = 10_000;
const INTERACTIVE_MS = 2_000;

test('the first load is light', async ({ admin: page }) => {
  let bytes = 0;
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) void response.request().sizes().then(({ responseBodySize }) => (bytes += responseBodySize));
  });
  await page.goto('/clusters');
  await expect(page.getByRole('heading', { name: 'Clusters', level: 1 })).toBeVisible();
  await page.waitForTimeout(1000);
  console.log(`first load: ${Math.round(bytes / 1024)} KiB of compressed JavaScript`);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

base('10,000 clusters are there and can be searched in two seconds', async ({ browser }) => {
  base.setTimeout(300_000); // making them takes its time
  const server = new SlipwayServer({ SLIPWAY_HOST: '127.0.0.1' });
  const root = resolve(import.meta.dirname, '../..');
  const seed = [join(root, 'frontend/e2e/support/seed.py'), String(CLUSTERS)];
  execFileSync(PYTHON, seed, { cwd: root, env: { ...process.env, SLIPWAY_HOME: server.home } });
  await server.start('web'); // without a worker, which would build them
  try {
    const context = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
    await enter(context, server.url, server.token);
    const page = await context.newPage();
    const tries: number[] = []; // the best of some: this machine may do other things meanwhile
    while (tries.length < 5 && Math.min(Infinity, ...tries) >= INTERACTIVE_MS) tries.push(await timeUntilFound(page));
    console.log(`found after ${tries.join(', ')} ms`);
    expect(Math.min(...tries)).toBeLessThan(INTERACTIVE_MS);
    await page.getByRole('button', { name: 'Reset' }).or(page.getByRole('button', { name: 'Clear' })).first().click();
    await expect(page.getByText('10,000', { exact: true })).toBeVisible({ timeout: 30_000 });
    const region = page.getByRole('region', { name: 'Clusters, scrollable' });
    await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(page.getByRole('link', { name: 'c-09999' })).toBeVisible();
    expect(await page.getByRole('row').count(), 'only what is seen is drawn').toBeLessThan(80);
    await context.close();
  } finally {
    await server.destroy();
  }
});

/** From the click on Clusters until one of them was searched and is there; nothing but the scripts is in the browser's cache. */
async function timeUntilFound(page: Page): Promise<number> {
  await page.goto('/releases');
  await page.getByRole('link', { name: 'Clusters' }).hover();
  const started = Date.now();
  await page.getByRole('link', { name: 'Clusters' }).click();
  await page.getByRole('textbox', { name: 'Search clusters' }).fill('c-00042');
  await page.getByRole('link', { name: 'c-00042' }).waitFor();
  return Date.now() - started;
}
