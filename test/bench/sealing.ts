import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSealedBackup } from '../../main/sealing/open-sealed-backup.ts';
import { sealBackup } from '../../main/sealing/seal-backup.ts';
import { verifySealedBackup } from '../../main/sealing/verify-sealed-backup.ts';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import { formatOcid } from '../../shared/domain/identifiers.ts';
import {
  AES_256,
  compartmentEntry,
  keyEntry,
  keyVersionEntry,
  knownToken,
  ocid,
  vaultEntry,
} from '../support/sealed-backup-fixture.ts';

/**
 * How long sealing and verifying take, and in how much memory, beside what openssl and sha256sum need for the same bytes:
 * `node test/bench/sealing.ts [entries]` (default 100,000, the format's limit).
 */
const ENTRIES = Number(process.argv[2] ?? 100_000);
const token = knownToken();
/** Milliseconds by what was done, for the comparison at the end. */
const times = new Map<string, number>();
const folder = await mkdtemp(join(tmpdir(), 'strongroom-bench-'));
const path = join(folder, 'bench.sealed');

try {
  const file = await open(path, 'w+');
  const generated = await timed('making the entries', async () => {
    let count = 0;
    for (const entry of entries()) count += entry.id.length > 0 ? 1 : 0;
    return Promise.resolve(count);
  });
  if (generated !== ENTRIES) throw new Error('the bench counts wrong');
  const { size } = await timed('seal (making the entries included)', () =>
    sealBackup({
      header: {
        backupId: ocid('backup', 'bench'),
        kind: 'VAULT',
        sequence: 1,
        sourceRegion: 'eu-frankfurt-1',
        timeCreated: '2026-11-24T07:00:00.000Z',
        entryCount: ENTRIES,
      },
      entries: entries(),
      token,
      write: async (bytes) => {
        await file.write(bytes);
      },
    }),
  );
  const source = {
    size,
    read: async (offset: number, length: number) =>
      (await file.read(Buffer.alloc(length), 0, length, offset)).buffer,
  };
  report(`${ENTRIES} entries are ${(size / 1e6).toFixed(1)} MB`);
  await timed('verify, structure', () => verifySealedBackup(source, { depth: 'structure' }), size);
  await timed('verify, seal', () => verifySealedBackup(source, { depth: 'seal', token }), size);
  await timed(
    'verify, keys (software token)',
    () => verifySealedBackup(source, { depth: 'keys', token }),
    size,
  );
  const reader = await openSealedBackup(source, token);
  const last = formatOcid(versionId(ENTRIES - 3));
  await timed('find one entry, index read', () => reader.entry(last));
  await timed('find one entry, index known', () => reader.entry(last));
  await file.close();

  const password = join(folder, 'password');
  execFileSync('sh', ['-c', 'echo bench > "$0"', password]);
  await timed('sha256sum of the file', () => run('sha256sum', [path]), size);
  await timed(
    'openssl enc -aes-256-ctr of the file',
    () =>
      run('openssl', [
        'enc',
        '-aes-256-ctr',
        '-pbkdf2',
        '-iter',
        '1',
        '-in',
        path,
        '-out',
        `${path}.enc`,
        '-pass',
        `file:${password}`,
      ]),
    size,
  );
  const floor = ['sha256sum', 'openssl enc'].reduce((sum, name) => sum + timeOf(name), 0);
  for (const name of ['seal', 'verify, structure', 'verify, seal']) {
    report(
      `${name} takes ${(timeOf(name) / floor).toFixed(1)} times what sha256sum and openssl take together`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Almost all of them versions of one key; each has one of 64 wrapped values, so that the bench times sealing and not wrapping. */
function* entries(): Generator<BackupEntry> {
  yield compartmentEntry();
  yield vaultEntry();
  yield keyEntry('ledger', AES_256, { currentKeyVersion: formatOcid(versionId(1)) });
  const templates = Array.from({ length: 64 }, (_, number) =>
    keyVersionEntry(token, 'ledger', AES_256, number),
  );
  for (let number = 1; number <= ENTRIES - 3; number += 1) {
    const template = templates[number % templates.length];
    if (template === undefined) throw new Error('no template');
    yield { ...template, id: formatOcid(versionId(number)), materialId: materialId(number) };
  }
}

function versionId(number: number) {
  // Ids in random order, as real ones are: the index has to sort them.
  const uniqueId = createHash('sha256').update(String(number)).digest('hex').slice(0, 60);
  return { type: 'keyversion', region: 'eu-frankfurt-1', vaultToken: 'bbbbbbbbbbbbb', uniqueId } as const;
}

function materialId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

function timeOf(prefix: string): number {
  for (const [what, milliseconds] of times) if (what.startsWith(prefix)) return milliseconds;
  throw new Error(`nothing was timed as ${prefix}`);
}

function run(command: string, parameters: readonly string[]): Promise<Buffer> {
  return Promise.resolve(
    execFileSync(command, parameters, { maxBuffer: 2 ** 31, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

async function timed<Result>(what: string, work: () => Promise<Result>, bytes?: number): Promise<Result> {
  const start = performance.now();
  const result = await work();
  const milliseconds = performance.now() - start;
  times.set(what, milliseconds);
  const rate = bytes === undefined ? '' : `, ${(bytes / 1000 / milliseconds).toFixed(0)} MB/s`;
  const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  report(`${what}: ${milliseconds.toFixed(1)} ms${rate}; peak memory so far ${peak} MB`);
  return result;
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
