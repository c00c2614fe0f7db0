/** Every page in both themes: `make screenshots` keeps them in docs/images, any other run only looks that they can be made. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import type { SlipwayServer } from './support/server';
import { enter, expect, test } from './support/test';

const KEPT = process.env.SLIPWAY_SCREENSHOTS ? resolve(import.meta.dirname, '../../docs/images') : '';
const GROUP = '/apis/slipway.dev/v1/namespaces/shop';

const PAGES: [name: string, path: string, shown: (page: Page) => ReturnType<Page['getByText']>][] = [
  ['overview', '/', (page) => page.getByRole('img', { name: /clusters:/ })],
  ['clusters', '/clusters?tenant=*', (page) => page.getByRole('row', { name: /checkout/ })],
  ['create', '/clusters/new?tenant=shop', (page) => page.getByText('What comes of it').first()],
  ['cluster', '/clusters/shop/checkout', (page) => page.getByText(/Built in/)],
  ['nodepools', '/clusters/shop/checkout/nodepools', (page) => page.getByText('3 of 3 ready')],
  ['machines', '/clusters/shop/checkout/machines', (page) => page.getByRole('row', { name: /checkout-cp-1/ })],
  ['usage', '/clusters/shop/checkout/usage', (page) => page.getByRole('img', { name: /Memory of each node/ })],
  ['topology', '/clusters/shop/checkout/topology', (page) => page.getByRole('img', { name: /checkout: endpoint/ })],
  ['runs', '/clusters/shop/checkout/runs', (page) => page.getByRole('log')],
  ['yaml', '/clusters/shop/checkout/yaml', (page) => page.getByText('controlPlane')],
  ['ledger', '/clusters/shop/checkout/ledger', (page) => page.getByRole('table', { name: 'Ledger' })],
  ['blocked', '/clusters/media/archive', (page) => page.getByRole('heading', { name: /Blocked/ })],
  ['storagepools', '/storagepools?tenant=*', (page) => page.getByRole('row', { name: /fast/ })],
  ['tenant', '/tenants/shop', (page) => page.getByText('shop:alice')],
  ['provider-form', '/providers/new', (page) => page.getByText('Where machines come from')],
  ['provider', '/providers/north', (page) => page.getByText('What it says of itself')],
  ['releases', '/releases', (page) => page.getByRole('heading', { name: /Kubernetes 1\./ }).first()],
  ['health', '/health', (page) => page.getByRole('region', { name: 'Database' })],
];

async function furnish(server: SlipwayServer): Promise<void> {
  const cloud = (name: string): string => server.cloud.replace('cloud', name);
  await server.create('Provider', 'providers', 'north', { driver: 'fake', settings: { path: cloud('north') } });
  await server.create('Provider', 'providers', 'edge', { driver: 'fake', settings: { path: cloud('edge'), machines: 4 } });
  await server.create('Tenant', 'tenants', 'shop', { displayName: 'Web shop', defaultProvider: 'north', quota: { clusters: 8, nodes: 40, cpu: '160', memory: '640Gi', storage: '2Ti' } });
  await server.create('Tenant', 'tenants', 'media', { displayName: 'Media delivery', defaultProvider: 'edge', quota: { clusters: 4, nodes: 20 } });
  await server.create('StoragePool', 'storagepools', 'fast', { capacity: '500Gi', type: 'ssd' }, 'shop');
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

test('every page in both themes', async ({ browser, server }) => {
  test.setTimeout(300_000);
  await furnish(server);
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, colorScheme: theme });
    await enter(context, server.url, server.token);
    const page = await context.newPage();
    for (const [name, path, shown] of PAGES) {
      await page.goto(path);
      await expect(shown(page)).toBeVisible();
      await page.waitForTimeout(KEPT ? 900 : 100); // the last numbers come in
      const folder = KEPT || join(import.meta.dirname, '../test-results/pages');
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${theme}.jpg`), type: 'jpeg', quality: 72 });
    }
    await context.close();
  }
});
