import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../main/cli/run.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import type { Instant, InterruptedProgram } from '../../support/interrupted-program.ts';
import { NginxServer } from '../../support/nginx-server.ts';
import { FRA, openHome, TwoRegions, ZRH } from '../../support/two-regions.ts';

const PROGRAM = fileURLToPath(new URL('../../support/interrupted-program.ts', import.meta.url));

describe('a pre-authenticated URL of a real web server', () => {
  let regions: TwoRegions;
  let server: NginxServer;
  let caFile: string;
  let vault: ResponseOf<'vault.create'>;
  let aes: ResponseOf<'key.create'>;
  let vaultBackup: ResponseOf<'vault.backup'>;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    mkdirSync(regions.path('served'));
    const authority = new CertificateAuthority(regions.folder);
    caFile = authority.certificate;
    server = await NginxServer.start(regions.path('served'), authority.issue());
    vault = await regions.makeVault();
    aes = await regions.makeKey(vault.id, 'aes', { algorithm: 'AES', length: 32 });
    await regions.makeKey(vault.id, 'signing', { algorithm: 'ECDSA', length: 32 });
    await writeFile(regions.path('message'), 'what was encrypted before the disaster');
    await regions.call('crypto.encrypt', {
      keyId: aes.id,
      in: regions.path('message'),
      out: regions.path('sealed'),
    });
  }, 60_000);

  afterAll(async () => {
    await server.kill();
    await regions[Symbol.asyncDispose]();
  });

  const at = (objectName: string) => ({
    destination: 'PRE_AUTHENTICATED_REQUEST_URI' as const,
    uri: server.uri(objectName),
    caFile,
  });
  const objects = (): string[] => readdirSync(join(server.path('x'), '..'));
  const staged = (): string[] => readdirSync(regions.path('home/temporary'));

  it('rules R23, R24: backs a vault up to it, and reports it after reading it back', async () => {
    vaultBackup = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: at('payments.backup'),
    });
    const { backup, copy } = vaultBackup;
    const stored = readFileSync(server.path('payments.backup'));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(backup.sha256);
    expect(backup).toMatchObject({ keyCount: 2, leftOut: [] });
    expect(copy).toMatchObject({
      place: {
        kind: 'uri',
        host: `localhost:${server.port}`,
        uriSha256: createHash('sha256').update(server.uri('payments.backup')).digest('hex'),
      },
      etag: backup.sha256,
      verifiedDepth: 'keys',
    });
    expect(await regions.call('backup.get', { backupId: backup.id })).toMatchObject({ copies: [copy] });
    expect(server.requests().slice(-2)).toMatchObject([
      { method: 'PUT' },
      { method: 'GET', sent: stored.length },
    ]);
    expect(staged()).toEqual([]);
  });

  it('rule R50: inspects and verifies what is there, and writes down that it is verified', async () => {
    const inspected = await regions.call('backup.inspect', { backupLocation: at('payments.backup') });
    expect(inspected).toMatchObject({ backupId: vaultBackup.backup.id, isOfThisRealm: true });
    const verified = await regions.call('backup.verify', {
      backupLocation: at('payments.backup'),
      region: FRA,
    });
    expect(verified).toMatchObject({ provenKeyVersionCount: 2, sha256: vaultBackup.backup.sha256 });
    const [copy] = (await regions.call('backup.get', { backupId: vaultBackup.backup.id })).copies;
    expect(copy?.timeVerified).not.toBe(vaultBackup.copy.timeVerified);
    expect(staged()).toEqual([]);
  });

  it('rules R40, R43: plans and restores from it in the other region, and what was made before is usable', async () => {
    const backupLocation = at('payments.backup');
    const plan = await regions.call('backup.plan-restore', { backupLocation, region: ZRH });
    expect(plan).toMatchObject({ keyVersionsToAdd: 2, refused: [] });
    const activities: string[] = [];
    const restored = await regions.call(
      'vault.restore',
      { backupLocation, region: ZRH, planHash: plan.planHash },
      { onProgress: ({ activity }) => activities.push(activity) },
    );
    expect(activities[0]).toBe(`Fetching from localhost:${server.port}`);
    const [key] = (await regions.call('key.list', { vaultId: restored.vault.id })).data.filter(
      ({ displayName }) => displayName === 'aes',
    );
    await regions.call('crypto.decrypt', {
      keyId: key?.id ?? '',
      in: regions.path('sealed'),
      out: regions.path('decrypted'),
    });
    expect(await readFile(regions.path('decrypted'))).toEqual(await readFile(regions.path('message')));
    expect(staged()).toEqual([]);
  });

  it('rules R20, R40: a key goes there and comes back', async () => {
    const made = await regions.call('key.backup', { keyId: aes.id, backupLocation: at('aes.backup') });
    expect(made.copy.place).toMatchObject({ kind: 'uri' });
    const restored = await regions.call('key.restore', { backupLocation: at('aes.backup'), region: FRA });
    expect(restored.key.id).toBe(aes.id);
  });

  it('rule R23: refuses to overwrite what is there, and leaves everything as it was', async () => {
    const before = readFileSync(server.path('payments.backup'));
    await expect(
      regions.call('vault.backup', { vaultId: vault.id, backupLocation: at('payments.backup') }),
    ).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'NameTaken',
    });
    expect(readFileSync(server.path('payments.backup'))).toEqual(before);
    expect((await regions.call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
    expect(staged()).toEqual([]);
  });

  it('rule R74: what is there and is no backup is refused before anything is written', async () => {
    await writeFile(server.path('holiday.backup'), 'not a backup');
    await expect(
      regions.call('vault.restore', { backupLocation: at('holiday.backup'), region: ZRH }),
    ).rejects.toMatchObject({ code: 'InvalidParameter' });
    await expect(
      regions.call('vault.restore', { backupLocation: at('missing.backup'), region: ZRH }),
    ).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound', reason: 'UriNotFound' });
    expect(staged()).toEqual([]);
  });

  /** Backs up in a program of its own that is killed, and starts again on what it left. */
  async function killDuringBackup(objectName: string, instant: Instant): Promise<void> {
    await regions.strongroom.close();
    const program: InterruptedProgram = {
      home: regions.path('home'),
      tokens: [regions.fra, regions.zrh],
      operation: 'vault.backup',
      request: { vaultId: vault.id, backupLocation: at(objectName) } satisfies RequestInput<'vault.backup'>,
      instant,
    };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(program)], { stdio: 'ignore' });
    await once(child, 'close');
    expect(child.signalCode).toBe('SIGKILL');
    expect(staged()).toHaveLength(1);
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh]);
  }

  it.each([
    ['while it is sealed', 'sealing.backup', { activity: 'Sealing', event: 2 }, 'nothing of it was kept'],
    ['before it is sent', 'sending.backup', { activity: 'Publishing', event: 1 }, 'cannot be told'],
    ['while it is sent', 'sent.backup', { activity: 'Publishing', event: 2 }, 'cannot be told'],
  ] as const)(
    'rules R24, R73: killed %s, a backup counts as not made',
    async (_when, name, instant, words) => {
      const known = (await regions.call('backup.list', {})).data.length;
      await killDuringBackup(name, instant);
      expect(regions.strongroom.recovery).toMatchObject([
        { operationType: 'BACKUP_VAULT', outcome: 'FAILED' },
      ]);
      expect(regions.strongroom.recovery[0]?.message).toContain(words);
      expect((await regions.call('backup.list', {})).data).toHaveLength(known);
      expect((await regions.call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
      expect(staged()).toEqual([]);
    },
  );

  /** Runs the command line on the open home. @returns everything that it wrote. */
  async function commandLine(...words: string[]): Promise<string> {
    const written: string[] = [];
    const stream = () => {
      const through = Object.assign(new PassThrough(), { isTTY: false, columns: 120 });
      through.on('data', (piece: Buffer) => written.push(piece.toString()));
      return through;
    };
    await run(words, {
      stdout: stream(),
      stderr: stream(),
      environment: {},
      currentFolder: regions.folder,
      signals: new EventEmitter(),
      ask: undefined,
      askHidden: undefined,
      readPassphraseFile: () => Promise.resolve(''),
      endNow: () => undefined,
      open: () =>
        Promise.resolve({
          recovery: regions.strongroom.recovery,
          hasOperators: false,
          signIn: () => Promise.resolve(),
          call: (name, request, options) =>
            regions.strongroom.call(name, request as RequestInput<typeof name>, options),
          close: () => Promise.resolve(),
        }),
    });
    expect(written.join('')).not.toBe('');
    return written.join('');
  }

  it('rule R74: the secret of a URL is nowhere: not in what is written, and not in the home', async () => {
    const url = server.uri('quiet.backup');
    const location = ['--uri', url, '--ca-file', caFile];
    const backUp = ['vault', 'backup', '--vault-id', vault.id];
    const written: string[] = [];
    for (const words of [
      [...backUp, ...location, '--output', 'table'],
      [...backUp, ...location],
      [...backUp, ...location, '--out', 'file'],
      [...backUp, '--uri', url, '--uri', url],
      [...backUp, '--url', url],
      [...backUp, `--url=${url}`],
      [...backUp, url],
      ['vault', url],
      [url],
      [...backUp, '--uri', url.replace('https', 'http')],
      [...backUp, '--uri', `${url}/`],
      [...backUp, '--uri', url],
      ['backup', 'inspect', ...location, '--output', 'table'],
      ['backup', 'verify', ...location, '--region', FRA],
      ['backup', 'verify', '--uri', server.uri('missing.backup'), '--ca-file', caFile, '--region', FRA],
      ['vault', 'restore', ...location, '--region', ZRH, '--dry-run', '--output', 'table'],
      ['vault', 'restore', ...location, '--region', ZRH, '--yes'],
      [
        'vault',
        'restore',
        '--uri',
        server.uri('missing.backup'),
        '--ca-file',
        caFile,
        '--region',
        ZRH,
        '--yes',
      ],
      ['work-request', 'list', '--limit', '100'],
    ]) {
      written.push(await commandLine(...words));
    }
    // What is refused before it is known which field holds a URL.
    for (const backupLocation of [
      { destination: 'PRE_AUTHENTICATED_REQUEST_URI', uri: url.replace('https', 'http') },
      { destination: 'PRE_AUTHENTICATED_REQUEST_URI', url },
      { destination: url },
      url,
    ]) {
      const asked = { vaultId: vault.id, backupLocation } as RequestInput<'vault.backup'>;
      const refused: unknown = await regions.call('vault.backup', asked).catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(StrongroomError);
      written.push(inspect(refused, { depth: 9 }));
    }
    for (const { id } of (await regions.call('work-request.list', { limit: 100 })).data) {
      for (const verb of ['get', 'logs', 'errors'])
        written.push(await commandLine('work-request', verb, '--work-request-id', id));
    }
    for (const { id } of (await regions.call('backup.list', { limit: 100 })).data) {
      written.push(await commandLine('backup', 'get', '--backup-id', id, '--output', 'table'));
    }
    expect(objects()).toContain('quiet.backup');
    expect(written.join('\n')).toContain(`localhost:${server.port}`);
    expect(written.filter((text) => text.includes(server.secret))).toEqual([]);
    const kept = readdirSync(regions.path('home'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(kept.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['catalog.sqlite', 'catalog.sqlite-wal']),
    );
    for (const { parentPath, name } of kept) {
      expect(readFileSync(join(parentPath, name)).includes(server.secret), name).toBe(false);
    }
  });
});
