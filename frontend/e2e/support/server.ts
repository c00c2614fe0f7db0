/** A real `slipway up` with a home of its own, and what a test does to it from outside. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The interpreter of the project's environment, wherever uv keeps it. */
export const PYTHON = execFileSync('uv', ['run', '--no-sync', 'python', '-c', 'import sys; print(sys.executable)'], { cwd: ROOT, encoding: 'utf8' }).trim();
const GROUP = '/apis/slipway.dev/v1';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class SlipwayServer {
  readonly home = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  port = 0;
  private process: ChildProcess | undefined;

  constructor(private readonly environment: Record<string, string> = {}) {}

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get password(): string {
    return readFileSync(join(this.home, 'admin.password'), 'utf8').trim();
  }

  get token(): string {
    const kubeconfig = JSON.parse(readFileSync(join(this.home, 'admin.kubeconfig'), 'utf8')) as {
      users: { user: { token: string } }[];
    };
    return kubeconfig.users[0]?.user.token ?? '';
  }

  /** Up, or only some of its processes, until it answers. */
  async start(command = 'up'): Promise<void> {
    this.port ||= await freePort();
    const log = openSync(join(this.home, 'up.log'), 'a');
    this.process = spawn(PYTHON, ['-m', 'slipway.server', command], {
      cwd: ROOT,
      stdio: ['ignore', log, log],
      env: { ...process.env, SLIPWAY_HOME: this.home, SLIPWAY_PORT: String(this.port), SLIPWAY_LEASE_SECONDS: '3', ...this.environment },
    });
    await this.until(async () => (await this.request('GET', '/readyz')).status === 200, 90_000);
  }

  async stop(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null) return;
    await new Promise((done) => {
      running.once('exit', done);
      running.kill('SIGTERM');
    });
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** The process of that name dies as if killed by the kernel; the supervisor starts another. */
  kill(name: 'web' | 'worker'): void {
    const state = JSON.parse(readFileSync(join(this.home, 'state.json'), 'utf8')) as { processes: Record<string, number> };
    process.kill(state.processes[name] ?? 0, 'SIGKILL');
  }

  request(method: string, path: string, body?: object, contentType = 'application/json'): Promise<Answer> {
    const token = existsSync(join(this.home, 'admin.kubeconfig')) ? this.token : '';
    return new Promise((done, failed) => {
      const asked = httpsRequest(
        this.url + path,
        { method, agent: new Agent({ rejectUnauthorized: false }), headers: { Authorization: `Bearer ${token}`, 'Content-Type': contentType } },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => done({ status: response.statusCode ?? 0, body: parsed(text) }));
        },
      );
      asked.on('error', failed);
      asked.end(body ? JSON.stringify(body) : undefined);
    });
  }

  async create(kind: string, plural: string, name: string, spec: object, tenant = ''): Promise<void> {
    const place = tenant ? `/namespaces/${tenant}` : '';
    const answer = await this.request('POST', `${GROUP}${place}/${plural}`, {
      apiVersion: 'slipway.dev/v1', kind, metadata: { name }, spec,
    });
    if (answer.status !== 201) throw new Error(`${kind} ${name}: ${JSON.stringify(answer.body)}`);
  }

  /** A fake cloud, and a tenant that uses it. */
  async furnish(): Promise<void> {
    await this.create('Provider', 'providers', 'fake', { driver: 'fake', settings: { path: this.cloud } });
    await this.create('Tenant', 'tenants', 'demo', { displayName: 'Demonstration', defaultProvider: 'fake' });
  }

  /** And wait until all that belonged to it is gone. */
  async deleteTenant(name: string): Promise<void> {
    await this.request('DELETE', `${GROUP}/tenants/${name}`);
    await this.until(async () => (await this.request('GET', `${GROUP}/tenants/${name}`)).status === 404, 300_000);
  }

  async tokenFor(tenant: string, account: string, role: string): Promise<string> {
    const answer = await this.request('POST', `${GROUP}/tenants/${tenant}/token`, { account, role });
    return String(answer.body.token);
  }

  get cloud(): string {
    return join(this.home, 'cloud.sqlite3');
  }

  /** The fake cloud fails at that call from now on, `times` times. */
  fail(call: string, error: string, times: number): void {
    const db = new DatabaseSync(this.cloud);
    db.prepare('INSERT INTO faults (call, skip, times, error, moment) VALUES (?, 0, ?, ?, ?)').run(call, times, error, 'before');
    db.close();
  }

  heal(): void {
    const db = new DatabaseSync(this.cloud);
    db.exec('DELETE FROM faults');
    db.close();
  }

  /** A machine with our tags lies in the fake cloud, of an owner that is gone. */
  async lose(name: string): Promise<void> {
    const db = new DatabaseSync(join(this.home, 'slipway.sqlite3'), { readOnly: true });
    const known = (): { key?: string } => db.prepare('SELECT key FROM provisioning_installation').get() ?? {};
    await this.until(() => Promise.resolve(known().key !== undefined), 30_000); // it has one once something was made
    const { key } = known();
    db.close();
    const tags = { 'slipway/installation': key, 'slipway/tenant': 'demo', 'slipway/owner': 'gone' };
    const code = 'import json, sys; from provisioning.drivers.contract import OutsideKind; from provisioning.drivers.fake.cloud import FakeCloud; FakeCloud(sys.argv[1]).put(OutsideKind.MACHINE, sys.argv[2], json.loads(sys.argv[3]))';
    execFileSync(PYTHON, ['-c', code, this.cloud, name, JSON.stringify(tags)], { cwd: ROOT });
  }

  private async until(goal: () => Promise<boolean>, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      if (await goal().catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(readFileSync(join(this.home, 'up.log'), 'utf8').slice(-3000));
      await new Promise((next) => setTimeout(next, 200));
    }
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
