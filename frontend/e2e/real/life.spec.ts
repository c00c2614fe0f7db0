/** One real cluster by clicks: the local driver makes its machines on this one. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { SlipwayServer } from '../support/server';
import { expect, signIn, test as base } from '../support/test';

const READY_MS = 600_000;

const test = base.extend<object, { server: SlipwayServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, provide) => {
      const server = new SlipwayServer({ SLIPWAY_LEASE_SECONDS: '30' });
      await server.start();
      await server.create('Provider', 'providers', 'local', { driver: 'local' });
      await server.create('Tenant', 'tenants', 'browser', { displayName: 'Browser', defaultProvider: 'local' });
      try {
        await provide(server);
      } finally {
        await server.deleteTenant('browser'); // with all that a test left
        await server.destroy();
      }
    },
    { scope: 'worker', timeout: 400_000 },
  ],
});

test('made by clicks, used with kubectl, grown, deleted with proof', async ({ page, server }) => {
  await signIn(page, server);
  await page.getByRole('link', { name: 'Create cluster' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('real');
  await page.getByText('1 control plane, 1 worker: no spare').click();
  await expect(page.getByText('It fits')).toBeVisible();
  await page.getByRole('button', { name: 'Create cluster' }).click();
  await expect(page.getByText('2 of 2 nodes ready')).toBeVisible({ timeout: READY_MS });
  await expect(page.getByText(/Built in/)).toBeVisible();

  await page.getByRole('button', { name: 'Connect' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download kubeconfig' }).click()]);
  const kubeconfig = join(server.home, 'real.kubeconfig');
  await file.saveAs(kubeconfig);
  const kubectl = (...words: string[]): string => execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...words], { encoding: 'utf8' });
  expect(kubectl('get', 'nodes', '-o', 'name').trim().split('\n').sort()).toEqual(['node/real-cp-1', 'node/real-workers-1']);
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();

  await page.getByRole('link', { name: 'Node pools' }).click();
  await page.getByRole('button', { name: 'One node more in real-workers' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('3 of 3 nodes ready')).toBeVisible({ timeout: READY_MS });
  expect(kubectl('get', 'nodes', '-o', 'name')).toContain('node/real-workers-2');

  await page.getByRole('link', { name: 'Machines', exact: true }).click();
  await page.getByRole('button', { name: 'Console of real-cp-1' }).click();
  await expect(page.getByRole('log', { name: 'What real-cp-1 shows' })).toContainText('kubelet');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Command' })).toHaveValue('slipway machines console real-cp-1 -n browser');
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.getByRole('link', { name: 'CPU and memory' }).click();
  await expect(page.getByRole('meter', { name: 'Memory' }).first()).toBeVisible({ timeout: 120_000 });

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByLabel('Type real to go on').fill('real');
  await page.getByRole('button', { name: 'Delete the cluster' }).click();
  await expect(page.getByText('real is gone')).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText(/created, \d+ gone, 0 left/).first()).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Ledger' })).toContainText('machine');
});
