/** Playwright's test with a Slipway behind it: one server for all tests. */
import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { SlipwayServer } from './server';

export const test = base.extend<{ admin: Page }, { server: SlipwayServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, provide) => {
      const server = new SlipwayServer();
      await server.start();
      await server.furnish();
      await provide(server);
      await server.destroy();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ server }, provide) => provide(server.url),
  admin: async ({ page, context, server }, provide) => {
    const errors = faultsOf(page);
    await enter(context, server.url, server.token);
    await provide(page);
    expect(errors, 'errors in the page').toEqual([]);
  },
});

/** What must never happen in a page: exceptions, and anything that the policy had to stop. */
function faultsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Warning:/.test(message.text())) errors.push(message.text());
  });
  return errors;
}

/** A session without the form, as quickly as a request. */
export async function enter(context: BrowserContext, url: string, token: string): Promise<void> {
  const { csrfToken } = (await (await context.request.get(`${url}/session`)).json()) as { csrfToken: string };
  const headers = { 'X-CSRFToken': csrfToken, Origin: url, Referer: `${url}/` };
  const answer = await context.request.post(`${url}/session`, { data: { token }, headers });
  expect(answer.status()).toBe(201);
}

/** By the form, as a person does. */
export async function signIn(page: Page, server: SlipwayServer): Promise<void> {
  await page.goto('/');
  await page.getByLabel('User name', { exact: true }).fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(server.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible({ timeout: 30_000 });
}

/** No violation that axe can find. */
export async function accessible(page: Page, what = page.url()): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`), what).toEqual([]);
}

export { expect };
