import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key that nobody else has, as ssh-keygen writes it. */
export function privateKey(): string {
  const directory = mkdtempSync(join(tmpdir(), 'key-'));
  const file = join(directory, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const key = readFileSync(file, 'utf8');
  rmSync(directory, { recursive: true });
  return key;
}
