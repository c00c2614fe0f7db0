/** Sign-in by OpenID Connect, at an issuer of the tests' own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { test as base } from '@playwright/test';
import { freePort, PYTHON, SlipwayServer } from './support/server';
import { accessible, expect } from './support/test';

const ADA = JSON.stringify({ sub: 'ada', email: 'ada@example.org', email_verified: true, groups: ['ops'] });
const EVE = JSON.stringify({ sub: 'eve', email: 'eve@example.org', email_verified: false });

const test = base.extend<{ site: SlipwayServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  site: async ({}, provide) => {
    const port = await freePort();
    const issuer: ChildProcess = spawn(PYTHON, ['-m', 'oidc_provider_mock', `--port=${port}`, `--user-claims=${ADA}`, `--user-claims=${EVE}`], { stdio: 'ignore' });
    const server = new SlipwayServer({
      SLIPWAY_OIDC_ISSUER: `http://127.0.0.1:${port}`,
      SLIPWAY_OIDC_CLIENT_ID: 'slipway',
      SLIPWAY_OIDC_CLIENT_SECRET: 'between-the-two-of-them',
      SLIPWAY_OIDC_ADMIN_GROUP: 'ops',
      SLIPWAY_OIDC_LABEL: 'Example',
    });
    await server.start();
    await server.furnish();
    await provide(server);
    await server.destroy();
    issuer.kill();
  },
});

test('somebody signs in there and is back where the link led; an unverified address is refused in words', async ({ page, site }) => {
  await page.goto(`${site.url}/clusters?tenant=*`);
  await accessible(page);
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  await page.getByRole('button', { name: 'eve', exact: true }).click();
  await expect(page.getByText('What it says of you is not accepted here')).toBeVisible();

  await page.goto(`${site.url}/clusters?tenant=*`);
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  await page.getByRole('button', { name: 'ada', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Clusters', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'oidc/ada@example.org' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Hosts' }), 'a group there administers the platform').toBeVisible();
});

test('a session that ended is renewed in another tab, and what was typed stays', async ({ page, context, site }) => {
  await page.goto(`${site.url}/clusters/new`);
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  const followed = page.waitForResponse(/\/clusters\?watch=true/); // refused, it opens the dialog, which takes the focus from what is typed
  await page.getByRole('button', { name: 'ada', exact: true }).click();
  await followed;
  const name = page.getByLabel('Name', { exact: true });
  await context.clearCookies({ name: '__Host-slipway' });
  await name.fill('half-typed'); // each change is checked by the server, which refuses now
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();
  await accessible(page);
  const opened = context.waitForEvent('page');
  await dialog.getByRole('link', { name: 'Sign in with Example' }).click();
  const tab = await opened;
  await tab.getByRole('button', { name: 'ada', exact: true }).click();
  await expect(tab.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await tab.close();
  await page.evaluate(() => window.dispatchEvent(new Event('focus'))); // a headless browser gives none
  await expect(dialog).toBeHidden();
  await expect(name).toHaveValue('half-typed');
});
