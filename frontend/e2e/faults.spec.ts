/** What goes wrong: blocked, failed, the server away, the session over, a role that may not. */
import { accessible, enter, expect, test } from './support/test';

test('a blocked cluster says why, who acts, and goes on by itself', async ({ admin, server }) => {
  server.fail('ensure_machine', 'QuotaExceeded', 10_000);
  await server.create('Cluster', 'clusters', 'stuck', { controlPlane: { replicas: 1 } }, 'demo');
  await admin.goto('/clusters/demo/stuck');
  await expect(admin.getByRole('heading', { name: /Blocked: quota exceeded/ })).toBeVisible({ timeout: 30_000 });
  await expect(admin.getByText(/the fake cloud was told to fail at ensure_machine/).first()).toBeVisible();
  await expect(admin.getByRole('button', { name: 'Ask for fewer or smaller machines' })).toBeVisible();
  await accessible(admin);
  await admin.getByRole('link', { name: 'Overview' }).first().click();
  await expect(admin.getByRole('region', { name: 'Needs attention' }).getByRole('link', { name: 'stuck' })).toBeVisible();
  await accessible(admin);

  server.heal();

  await admin.goto('/clusters/demo/stuck');
  await expect(admin.getByText('1 of 1 nodes ready')).toBeVisible({ timeout: 60_000 });
  await expect(admin.getByRole('heading', { name: /Blocked/ })).toBeHidden();
});

test('a failed run leads to its log', async ({ admin, server }) => {
  server.fail('run:bootstrap_control_plane', 'Unavailable', 3);
  await server.create('Cluster', 'clusters', 'failing', { controlPlane: { replicas: 1 } }, 'demo');
  await admin.goto('/clusters/demo/failing/runs');
  await expect(admin.getByText('Failed').first()).toBeVisible({ timeout: 30_000 });
  await expect(admin.getByText(/the fake cloud was told to fail at run:bootstrap_control_plane/).first()).toBeVisible();
  await accessible(admin);
  server.heal();
  await expect(admin.getByText('1 of 1 nodes ready')).toBeVisible({ timeout: 60_000 });
});

test('the page comes back by itself when the API was restarted in the middle of a build', async ({ admin, server }) => {
  await admin.goto('/clusters');
  await expect(admin.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
  await server.create('Cluster', 'clusters', 'survivor', { controlPlane: { replicas: 3 } }, 'demo');
  await expect(admin.getByRole('row', { name: /survivor/ })).toBeVisible(); // "Live" is said before anything is followed
  const told = admin.getByText('Reconnecting…').waitFor(); // looks twice a second: the next server may be up in one
  server.kill('web');
  await told;
  await expect(admin.getByRole('row', { name: /survivor.*Ready/ })).toBeVisible({ timeout: 60_000 });
  await expect(admin.getByText('Live', { exact: true })).toBeVisible();
});

test('a session that ends keeps what was typed', async ({ admin, server, context }) => {
  await admin.goto('/clusters/new');
  await expect(admin.getByLabel('Name', { exact: true })).toBeVisible();
  await context.clearCookies({ name: '__Host-slipway' });
  await admin.getByLabel('Name', { exact: true }).fill('half-typed'); // each change is checked by the server, which refuses now
  const dialog = admin.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();
  await accessible(admin);
  await dialog.getByRole('button', { name: 'Token' }).click();
  await dialog.getByLabel('Token', { exact: true }).fill(server.token);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toBeHidden();
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('half-typed');
});

test('a viewer sees, and is offered nothing that would be refused', async ({ page, context, server }) => {
  await server.create('Cluster', 'clusters', 'seen', { controlPlane: { replicas: 1 } }, 'demo');
  await enter(context, server.url, await server.tokenFor('demo', 'victor', 'viewer'));
  await page.goto('/clusters/demo/seen');
  await expect(page.getByRole('heading', { name: 'seen', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  await page.goto('/clusters');
  await expect(page.getByRole('link', { name: 'seen', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create cluster' })).toHaveCount(0);
  await page.goto('/clusters/new');
  await expect(page.getByText('You may not create clusters')).toBeVisible();
  await page.goto('/clusters?tenant=elsewhere');
  await expect(page.getByText('You may not see this')).toBeVisible();
  await accessible(page);
});

test('a slow provider is waited for in sight: what goes on, and for how long', async ({ admin, server }) => {
  await server.create('Provider', 'providers', 'slow', { driver: 'fake', settings: { path: server.cloud.replace('cloud', 'slow'), latency: 1 } });
  await server.create('Cluster', 'clusters', 'crawling', { provider: 'slow', controlPlane: { replicas: 1 } }, 'demo');
  await admin.goto('/clusters/demo/crawling');
  await expect(admin.getByText('In progress').first()).toBeVisible();
  await expect(admin.getByRole('list', { name: 'Phases of the cluster' }).getByText(/^for \d+ ?s/)).toBeVisible();
  await accessible(admin);
  await expect(admin.getByText('1 of 1 nodes ready')).toBeVisible({ timeout: 90_000 });
});
