/** Every page in both themes: `make screenshots` keeps pictures in docs/images, any other run looks with axe only. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { privateKey } from './support/keys';
import type { SlipwayServer } from './support/server';
import { accessible, enter, expect, test } from './support/test';

const KEPT = process.env.SLIPWAY_SCREENSHOTS ? resolve(import.meta.dirname, '../../docs/images') : '';
const GROUP = '/apis/slipway.dev/v1/namespaces/shop';

type Sign = (page: Page) => ReturnType<Page['getByText']>;
const heading = (name: string | RegExp): Sign => (page) => page.getByRole('heading', { name }).first();

/** Name, address, and what is there once the page is whole. */
const PAGES: [name: string, path: string, shown: Sign][] = [
  ['overview', '/', (page) => page.getByRole('img', { name: /clusters:/ })],
  ['clusters', '/clusters?tenant=*', (page) => page.getByRole('row', { name: /checkout/ })],
  ['create', '/clusters/new?tenant=shop', (page) => page.getByText('It fits')],
  ['cluster', '/clusters/shop/checkout', (page) => page.getByText(/Built in/)],
  ['nodepools', '/clusters/shop/checkout/nodepools', (page) => page.getByText('3 of 3 ready')],
  ['machines', '/clusters/shop/checkout/machines', (page) => page.getByRole('row', { name: /checkout-cp-1/ })],
  ['usage', '/clusters/shop/checkout/usage', (page) => page.getByRole('img', { name: /Memory of each node/ })],
  ['topology', '/clusters/shop/checkout/topology', (page) => page.getByRole('img', { name: /checkout: endpoint/ })],
  ['runs', '/clusters/shop/checkout/runs', (page) => page.getByRole('log')],
  ['events', '/clusters/shop/checkout/events', (page) => page.getByText(/Created|Ready/).first()],
  ['yaml', '/clusters/shop/checkout/yaml', (page) => page.getByText('controlPlane')],
  ['ledger', '/clusters/shop/checkout/ledger', (page) => page.getByRole('grid', { name: 'Ledger' })],
  ['blocked', '/clusters/media/archive', heading(/Blocked/)],
  ['storagepools', '/storagepools?tenant=shop', (page) => page.getByRole('row', { name: /fast/ })],
  ['networks', '/networks?tenant=shop', (page) => page.getByRole('row', { name: /office/ })],
  ['floatingips', '/floatingips?tenant=shop', (page) => page.getByRole('row', { name: /public/ })],
  ['storagepool-form', '/storagepools/new?tenant=shop', heading(/storage pool/i)],
  ['tenants', '/tenants', (page) => page.getByRole('row', { name: /shop/ })],
  ['tenant', '/tenants/shop', (page) => page.getByText('shop:alice')],
  ['tenant-form', '/tenants/new', heading(/tenant/i)],
  ['providers', '/providers', (page) => page.getByRole('row', { name: /north/ })],
  ['provider', '/providers/north', (page) => page.getByText('What it says of itself')],
  ['provider-form', '/providers/new', (page) => page.getByText('Where machines come from')],
  ['hosts', '/hosts', (page) => page.getByRole('row', { name: /rack-1-a/ })],
  ['host', '/hosts/rack-1-a', (page) => page.getByText(/refuses connections/).first()],
  ['host-form', '/hosts/new', heading('Add a host')],
  ['releases', '/releases', heading(/Kubernetes 1\./)],
  ['health', '/health', (page) => page.getByRole('region', { name: 'Database' })],
  ['not-found', '/clusters/shop/nowhere', heading(/nowhere|nothing/i)],
];

/** A small platform, made once: a server that has it is left as it is. */
async function furnish(server: SlipwayServer): Promise<void> {
  if ((await server.request('GET', '/apis/slipway.dev/v1/tenants/media')).status === 200) return;
  const cloud = (name: string): string => server.cloud.replace('cloud', name);
  await server.create('Provider', 'providers', 'north', { driver: 'fake', settings: { path: cloud('north') } });
  await server.create('Provider', 'providers', 'edge', { driver: 'fake', settings: { path: cloud('edge'), machines: 4 } });
  await server.create('Tenant', 'tenants', 'shop', { displayName: 'Web shop', defaultProvider: 'north', quota: { clusters: 8, nodes: 40, cpu: '160', memory: '640Gi', storage: '2Ti' } });
  await server.create('Tenant', 'tenants', 'media', { displayName: 'Media delivery', defaultProvider: 'edge', quota: { clusters: 4, nodes: 20 } });
  await server.create('StoragePool', 'storagepools', 'fast', { capacity: '500Gi', type: 'ssd' }, 'shop');
  await server.create('Network', 'networks', 'office', {}, 'shop');
  await server.create('FloatingIP', 'floatingips', 'public', {}, 'shop');
  await server.create('Provider', 'providers', 'room', { driver: 'baremetal', settings: { network: '127.0.0.0/24', addresses: '127.0.0.200-127.0.0.210' } });
  for (const [name, failureDomain, port] of [['rack-1-a', 'rack-1', 1], ['rack-1-b', 'rack-1', 2], ['rack-2-a', 'rack-2', 3]] as const) {
    await server.create('Host', 'hosts', name, { address: '127.0.0.1', port, failureDomain, secrets: { privateKey: privateKey() } });
  }
  await server.tokenFor('shop', 'alice', 'operator');
  const machine = { cpu: '4', memory: '16Gi' };
  for (const [name, workers] of [['checkout', 3], ['search', 2], ['reports', 1]] as const) {
    await server.create('Cluster', 'clusters', name, { controlPlane: { replicas: 3, machine }, storagePools: name === 'checkout' ? ['fast'] : [] }, 'shop');
    await server.create('NodePool', 'nodepools', `${name}-workers`, { clusterName: name, replicas: workers, machine }, 'shop');
  }
  await server.create('Cluster', 'clusters', 'origin', { controlPlane: { replicas: 3 } }, 'media');
  await expect.poll(async () => (await conditionOf(server, '/apis/slipway.dev/v1/namespaces/media/clusters/origin')), { timeout: 60_000 }).toBe('True');
  await server.create('Cluster', 'clusters', 'archive', { controlPlane: { replicas: 3 } }, 'media');
  await expect.poll(async () => (await conditionOf(server, `${GROUP}/clusters/checkout`)), { timeout: 60_000 }).toBe('True');
}

async function conditionOf(server: SlipwayServer, path: string): Promise<string | undefined> {
  const { status } = (await server.request('GET', path)).body as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

for (const theme of ['light', 'dark'] as const) {
  test(`every page in ${theme}, and no violation that axe can find`, async ({ browser, server }) => {
    test.setTimeout(900_000);
    await furnish(server);
    const context = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, colorScheme: theme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await look(page, 'sign-in', '/', heading('Sign in'), theme);
    await enter(context, server.url, server.token);
    for (const [name, path, shown] of PAGES) await look(page, name, path, shown, theme);
    await context.close();
  });
}

async function look(page: Page, name: string, path: string, shown: Sign, theme: string): Promise<void> {
  await page.goto(path);
  await expect(shown(page), name).toBeVisible();
  await expect.soft(page.getByText(/^Loading|^Asking|^Looking/), `${name}: all has come`).toHaveCount(0);
  await accessible(page, `${name}, ${theme}`);
  if (!KEPT) return;
  await page.waitForTimeout(900); // the last numbers come in
  mkdirSync(KEPT, { recursive: true });
  await page.screenshot({ path: join(KEPT, `${name}-${theme}.jpg`), type: 'jpeg', quality: 72 });
}
