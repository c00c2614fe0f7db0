/** The life of a cluster by clicks, on simulated machines. */
import { accessible, expect, test } from './support/test';

test('one click makes a cluster, and its page shows it come up', async ({ admin }) => {
  await admin.getByRole('link', { name: 'Create cluster' }).first().click();
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('cluster-1');
  await accessible(admin);
  await admin.getByLabel('Name', { exact: true }).fill('web');
  await admin.getByRole('tab', { name: 'YAML and command' }).click();
  await expect(admin.getByRole('textbox', { name: 'Command' })).toHaveValue(/slipway cluster create web -n demo --control-planes 3 --workers 2/);
  await admin.getByRole('button', { name: 'Create cluster' }).click();

  await expect(admin.getByRole('heading', { name: 'web', level: 1 })).toBeVisible();
  await expect(admin.getByText('5 of 5 nodes ready')).toBeVisible({ timeout: 40_000 });
  await expect(admin.getByText(/Built in/)).toBeVisible();
  await expect(admin.getByText('3 of 3 ready')).toBeVisible();
  await accessible(admin);
});
