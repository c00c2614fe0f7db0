import { accessible, expect, signIn, test } from './support/test';

test('a wrong password is told in words, the right one opens the page', async ({ page, server }) => {
  await page.goto('/clusters');
  await accessible(page);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('the user name or the password is wrong')).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(server.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Clusters', level: 1 }), 'where the link led').toBeVisible();
});

test('no script can read the session, and signing out ends it', async ({ page, server }) => {
  await signIn(page, server);
  expect(await page.evaluate(() => document.cookie + JSON.stringify(localStorage))).not.toContain('slip_');
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect((await page.request.get('/apis/slipway.dev/v1/clusters')).status()).toBe(401);
});

test('the page may load nothing from elsewhere', async ({ page }) => {
  const response = await page.goto('/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
});
