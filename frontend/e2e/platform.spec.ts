/** What an administrator does beside clusters. */
import { privateKey } from './support/keys';
import { accessible, expect, test } from './support/test';

test('storage, networks and addresses: made, used, refused while in use, deleted', async ({ admin, server }) => {
  await admin.goto('/networks');
  await admin.getByRole('link', { name: 'Create network' }).click();
  await accessible(admin);
  await admin.getByLabel('Name', { exact: true }).fill('office');
  await admin.getByLabel('Addresses', { exact: true }).fill('10.70.0.0/28');
  await admin.getByRole('button', { name: 'Create network' }).click();
  await expect(admin.getByText(/give a \/26 or larger/)).toBeVisible();
  await admin.getByLabel('Addresses', { exact: true }).fill('10.70.0.0/24');
  await admin.getByRole('button', { name: 'Create network' }).click();
  await expect(admin.getByRole('row', { name: /office.*Ready.*10\.70\.0\.0\/24.*nobody/ })).toBeVisible();

  await server.create('Cluster', 'clusters', 'tenant-of-office', { network: 'office', controlPlane: { replicas: 1 } }, 'demo');
  await expect(admin.getByRole('row', { name: /office.*tenant-of-office/ })).toBeVisible({ timeout: 30_000 });
  await admin.getByRole('button', { name: 'Delete office' }).click();
  await expect(admin.getByText(/It is used by tenant-of-office/)).toBeVisible();
  await accessible(admin);
  await admin.getByRole('button', { name: 'Close', exact: true }).last().click();

  await admin.goto('/storagepools/new');
  await admin.getByLabel('Name', { exact: true }).fill('fast');
  await admin.getByLabel('Capacity').fill('100Gi');
  await admin.getByRole('button', { name: 'Create storage pool' }).click();
  await expect(admin.getByRole('row', { name: /fast.*Ready/ })).toBeVisible();
  await admin.getByRole('button', { name: 'Delete fast' }).click();
  await admin.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await expect(admin.getByText('No storage pool yet')).toBeVisible();

  await admin.goto('/floatingips');
  await expect(admin.getByRole('heading', { name: 'Floating IPs', level: 1 })).toBeVisible();
  await accessible(admin);
});

test('a tenant with a quota, and a member with a token that is shown once', async ({ admin }) => {
  await admin.goto('/tenants/new');
  await admin.getByLabel('Name', { exact: true }).fill('kube-wrong');
  await admin.getByRole('button', { name: 'Create tenant' }).click();
  await expect(admin.getByText(/reserved name/)).toBeVisible();
  await admin.getByLabel('Name', { exact: true }).fill('bakery');
  await admin.getByLabel('Machines, at most').fill('4');
  await accessible(admin);
  await admin.getByRole('button', { name: 'Create tenant' }).click();
  await expect(admin.getByText('0 of 4')).toBeVisible();
  await admin.getByRole('button', { name: 'Give a token' }).click();
  await admin.getByLabel('Account').fill('alice');
  await accessible(admin);
  await admin.getByRole('button', { name: 'Give the token' }).click();
  await expect(admin.getByRole('textbox', { name: 'Token' })).toHaveValue(/^slip_/);
  await admin.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(admin.getByText('bakery:alice')).toBeVisible();
  await accessible(admin);
  await admin.getByRole('link', { name: 'Tenants' }).first().click();
  await expect(admin.getByRole('row', { name: /bakery.*Active/ })).toBeVisible();
  await accessible(admin);
});

test('a provider: its form is what the driver declares, and its connection is tested', async ({ admin, server }) => {
  await admin.goto('/providers/new');
  await admin.getByLabel('Name', { exact: true }).fill('second');
  await admin.getByRole('button', { name: 'Driver: choose one' }).click();
  await admin.getByRole('option', { name: /openstack/ }).click();
  await expect(admin.getByLabel('Auth URL (needed)')).toBeVisible();
  await expect(admin.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'password');
  await accessible(admin);
  await admin.getByLabel('Auth URL (needed)').fill('ftp://nowhere');
  await admin.getByRole('button', { name: 'Add and test' }).click();
  await expect(admin.getByText(/must begin with https/)).toBeVisible();
  await admin.getByRole('button', { name: 'Driver: openstack' }).click();
  await admin.getByRole('option', { name: /fake/ }).click();
  await admin.getByLabel('Path (needed)').fill(server.cloud.replace('cloud', 'second'));
  await admin.getByRole('button', { name: 'Add and test' }).click();
  await expect(admin.getByText('Answers')).toBeVisible();
  await admin.getByRole('button', { name: 'Test the connection' }).click();
  await accessible(admin);
  await admin.getByRole('link', { name: 'Providers' }).first().click();
  await expect(admin.getByRole('row', { name: /second.*fake.*Answers/ })).toBeVisible();
  await accessible(admin);
});

test('releases and the platform’s own health', async ({ admin }) => {
  await admin.goto('/releases');
  await expect(admin.getByRole('heading', { name: /Kubernetes 1\./ }).first()).toBeVisible();
  await accessible(admin);
  await admin.getByRole('link', { name: 'Health' }).click();
  await expect(admin.getByRole('region', { name: 'Database' })).toContainText('answers');
  await expect(admin.getByRole('region', { name: 'Queue' })).toContainText(/due/);
  await expect(admin.getByRole('region', { name: 'Providers' })).toContainText('Not swept yet');
  await accessible(admin);
});

test('an orphan is found at the provider, and removed when it is chosen', async ({ admin, server }) => {
  await server.create('Network', 'networks', 'beside-orphans', {}, 'demo');
  await server.lose('forgotten');
  await admin.goto('/providers/fake');
  await admin.getByRole('button', { name: 'Look for orphans' }).click();
  await admin.getByRole('checkbox', { name: 'Choose machine forgotten' }).check();
  await accessible(admin);
  await admin.getByRole('button', { name: 'Remove 1 chosen' }).click();
  await expect(admin.getByText('Nothing is left behind.')).toBeVisible();
  await admin.goto('/health');
  await expect(admin.getByRole('region', { name: 'Providers' })).toContainText(/Last sweep .*, found nothing left behind/);
});

test('a host: refused at its field, added, found out of reach with what mends it, deleted', async ({ admin, server }) => {
  await server.create('Provider', 'providers', 'room', { driver: 'baremetal', settings: { network: '127.0.0.0/24', addresses: '127.0.0.200-127.0.0.210' } });
  await admin.goto('/hosts');
  await admin.getByRole('link', { name: 'Add a host' }).first().click();
  await admin.getByLabel('Name', { exact: true }).fill('rack-1-a');
  await admin.getByLabel('Address', { exact: true }).fill('127.0.0.1');
  await admin.getByLabel('Port').fill('1');
  await admin.getByRole('button', { name: 'Add and look at it' }).click();
  await expect(admin.getByText(/give the private key/)).toBeVisible();
  await accessible(admin);
  await admin.getByLabel('Private key').fill(privateKey());
  await admin.getByLabel('Failure domain').fill('rack-1');
  await admin.getByRole('button', { name: 'Add and look at it' }).click();
  await expect(admin.getByRole('heading', { name: 'rack-1-a', level: 1 })).toBeVisible();
  await expect(admin.getByRole('region', { name: 'How it is' })).toContainText('refuses connections: start sshd there');
  await accessible(admin);
  await admin.getByRole('button', { name: 'Look at it now' }).click();
  await admin.getByRole('link', { name: 'Hosts' }).first().click();
  await expect(admin.getByRole('row', { name: /rack-1-a.*127\.0\.0\.1.*rack-1.*nobody/ })).toBeVisible();
  await accessible(admin);
  await admin.getByRole('link', { name: 'rack-1-a' }).click();
  await admin.getByRole('button', { name: 'Delete', exact: true }).click();
  await admin.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await expect(admin.getByText('No host yet')).toBeVisible();
  await server.request('DELETE', '/apis/slipway.dev/v1/providers/room');
});

test('a provider waits for what uses it, says so, and goes by itself', async ({ admin, server }) => {
  await server.create('Provider', 'providers', 'leaving', { driver: 'fake', settings: { path: server.cloud } });
  await server.create('Network', 'networks', 'last', { provider: 'leaving' }, 'demo');
  await admin.goto('/providers/leaving');
  await admin.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(admin.getByRole('checkbox', { name: 'It never answers any more' })).not.toBeChecked();
  await accessible(admin);
  await admin.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await expect(admin.getByRole('row', { name: /leaving.*Being deleted.*still used by Network demo\/last: delete that first/ })).toBeVisible();
  await accessible(admin);
  await server.request('DELETE', '/apis/slipway.dev/v1/namespaces/demo/networks/last');
  await expect(admin.getByRole('link', { name: 'leaving' })).toBeHidden();
});
