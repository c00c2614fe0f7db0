/** Playwright's test with a Slipway behind it: one server for all tests of a file. */
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { SlipwayServer } from './server';

export const test = base.extend<{ admin: Page }, { server: SlipwayServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, provide) => {
      const server = new SlipwayServer();
      await server.start();
      await server.create('Provider', 'providers', 'fake', { driver: 'fake', settings: { path: server.cloud } });
      await server.create('Tenant', 'tenants', 'demo', { displayName: 'Demonstration', defaultProvider: 'fake' });
      await provide(server);
      await server.destroy();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ server }, provide) => provide(server.url),
  admin: async ({ page, server }, provide) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Warning:/.test(message.text())) errors.push(message.text());
    });
    await signIn(page, server);
    await provide(page);
    expect(errors, 'errors in the page').toEqual([]);
  },
});

export async function signIn(page: Page, server: SlipwayServer): Promise<void> {
  await page.goto('/');
  await page.getByLabel('User name', { exact: true }).fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(server.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
}

/** No violation that axe can find. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

export { expect };
