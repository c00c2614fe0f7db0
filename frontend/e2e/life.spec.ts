/** The life of a cluster by clicks, on simulated machines. */
import { readFileSync } from 'node:fs';
import { accessible, expect, test } from './support/test';

test.describe.configure({ mode: 'serial' });

test('one click makes a cluster, and its page shows it come up', async ({ admin }) => {
  await admin.goto('/');
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

test('the server’s word on a field is beside the field, and what was typed stays', async ({ admin }) => {
  await admin.goto('/clusters/new');
  await admin.getByRole('button', { name: 'Machines, network, storage, add-ons' }).click();
  await admin.getByLabel('Addresses of pods').fill('10.96.0.0/12');
  await expect(admin.getByText(/overlaps/).first()).toBeVisible();
  await admin.getByLabel('Name', { exact: true }).fill('Not_A_Name');
  await admin.getByRole('button', { name: 'Create cluster' }).click();
  await expect(admin.getByText('The cluster was not made')).toBeVisible();
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('Not_A_Name');
  await accessible(admin);
});

test('a node more: told first, done when asked, only that machine is made', async ({ admin }) => {
  await admin.goto('/clusters/demo/web/nodepools');
  await admin.getByRole('button', { name: 'One node more in web-workers' }).click();
  await expect(admin.getByText(/1 machine will be made/)).toBeVisible();
  await admin.getByRole('button', { name: 'Apply' }).click();
  await expect(admin.getByText('3 of 3 ready')).toBeVisible({ timeout: 30_000 });
  await accessible(admin);
  await admin.getByRole('link', { name: 'Machines', exact: true }).click();
  await expect(admin.getByRole('row')).toHaveCount(7);
  await accessible(admin);
});

test('the console of a machine is shown', async ({ admin }) => {
  await admin.goto('/clusters/demo/web/machines');
  await admin.getByRole('button', { name: 'Console of web-cp-1' }).click();
  await expect(admin.getByRole('log', { name: 'What web-cp-1 shows' })).toContainText('console of slipway-web-cp-1-');
  await accessible(admin);
});

test('a machine is replaced: a new one stands in its place', async ({ admin, server }) => {
  await admin.goto('/clusters/demo/web/machines');
  const path = '/apis/slipway.dev/v1/namespaces/demo/machines';
  const uidOf = async (): Promise<unknown> => ((await server.request('GET', `${path}/web-workers-1`)).body.metadata as { uid?: string } | undefined)?.uid;
  const before = await uidOf();
  await admin.getByRole('button', { name: 'Replace web-workers-1' }).click();
  await accessible(admin);
  await admin.getByRole('button', { name: 'Replace it' }).click();
  await expect.poll(uidOf, { timeout: 30_000 }).not.toBe(before);
  await expect(admin.getByText('6 of 6 nodes ready')).toBeVisible({ timeout: 30_000 });
});

test('the log of a run is found by words and by host', async ({ admin }) => {
  await admin.goto('/clusters/demo/web/runs');
  await admin.getByRole('link', { name: /bootstrap control plane/ }).first().click();
  await expect(admin.getByRole('log')).toContainText('web-cp-1');
  await admin.getByLabel('Search the log').fill('web-cp-2');
  await expect(admin.getByText('1 lines, ended')).toBeVisible();
  await accessible(admin);
});

test('topology, usage and events are drawn and told', async ({ admin }) => {
  await admin.goto('/clusters/demo/web/topology');
  await expect(admin.getByRole('img', { name: /web: endpoint .*Control plane with 3 of 3 machines, web-workers with 3 of 3 machines/ })).toBeVisible();
  await accessible(admin);
  await admin.getByRole('link', { name: 'CPU and memory' }).click();
  await expect(admin.getByRole('img', { name: /CPU cores of each node: .*web-cp-1/ })).toBeVisible();
  await expect(admin.getByRole('meter', { name: 'CPU' })).toHaveCount(6);
  await accessible(admin);
  await admin.getByRole('link', { name: 'Events', exact: true }).click();
  await expect(admin.getByText('Scaled').first()).toBeVisible();
  await accessible(admin);
});

test('a kubeconfig of one’s own is downloaded', async ({ admin }) => {
  await admin.goto('/clusters/demo/web');
  await admin.getByRole('button', { name: 'Connect' }).click();
  await accessible(admin);
  const [file] = await Promise.all([admin.waitForEvent('download'), admin.getByRole('button', { name: 'Download kubeconfig' }).click()]);
  expect(file.suggestedFilename()).toBe('web.kubeconfig');
  expect(readFileSync(await file.path(), 'utf8')).toMatch(/^apiVersion: v1\n[^]*server: https:[^]*client-key-data: \S/);
  await expect(admin.getByText(/Valid until/)).toBeVisible();
});

test('YAML is completed, checked by the server, shown as a difference, saved', async ({ admin, server }) => {
  await admin.goto('/clusters/demo/web/yaml');
  const editor = admin.getByRole('textbox', { name: 'YAML of web' });
  await expect(editor).toContainText('controlPlane');
  await accessible(admin);
  await editor.click();
  await admin.keyboard.press('Control+End');
  await admin.keyboard.type('nonsense: true\n');
  await admin.getByRole('button', { name: 'Check and show the difference' }).click();
  await expect(admin.getByText('The server refuses this')).toBeVisible();
  await admin.getByRole('button', { name: 'Discard' }).click();
  await editor.getByText('localPathStorage:').click();
  await admin.keyboard.press('ArrowDown');
  await admin.keyboard.press('End');
  for (let letters = 0; letters < 4; letters += 1) await admin.keyboard.press('Backspace');
  await admin.keyboard.type('fal');
  await admin.keyboard.press('Control+Space');
  await admin.getByRole('option', { name: 'false' }).click();
  await admin.getByRole('button', { name: 'Check and show the difference' }).click();
  await expect(admin.getByText('The server takes it. This would change:')).toBeVisible();
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByText('Saved. Slipway takes the cluster there.')).toBeVisible();
  const { body } = await server.request('GET', '/apis/slipway.dev/v1/namespaces/demo/clusters/web');
  expect(body).toMatchObject({ spec: { addons: { localPathStorage: { enabled: false } } } });
});

test('deletion needs the name, and ends with the ledger', async ({ admin }) => {
  await admin.goto('/clusters/demo/web');
  await admin.getByRole('button', { name: 'Delete' }).click();
  const button = admin.getByRole('button', { name: 'Delete the cluster' });
  await expect(button).toBeDisabled();
  await accessible(admin);
  await admin.getByLabel('Type web to go on').fill('web');
  await button.click();
  await expect(admin.getByText('web is gone')).toBeVisible({ timeout: 40_000 });
  await expect(admin.getByText(/created, \d+ gone, 0 left/).first()).toBeVisible();
  await expect(admin.getByRole('grid', { name: 'Ledger' })).toBeVisible();
  await accessible(admin);
});
