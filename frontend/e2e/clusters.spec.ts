import { accessible, expect, test } from './support/test';

test('the list is empty with a way on, then shows a cluster that comes up without being asked', async ({ admin, server }) => {
  await admin.goto('/clusters');
  await expect(admin.getByText('No cluster yet')).toBeVisible();
  await accessible(admin);

  await server.create('Cluster', 'clusters', 'live', { controlPlane: { replicas: 1 } }, 'demo');

  const row = admin.getByRole('row', { name: /live/ });
  await expect(row).toBeVisible();
  await expect(row.getByText('Ready')).toBeVisible({ timeout: 30_000 });
  await accessible(admin);
});
