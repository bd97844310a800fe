import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { commandLineOn } from '../../support/command-line-on-home.ts';
import { sealedAnew, withValuesExchanged } from '../../support/sealed-anew.ts';
import { flipBit, refreshTrailer, takeApart } from '../../support/sealed-backup-mutation.ts';
import { FRA, TwoRegions } from '../../support/two-regions.ts';

const DEPTHS = ['structure', 'seal', 'keys'] as const;
type Depth = (typeof DEPTHS)[number];

/** What each depth says of a file: the reason of its refusal, or undefined where it finds nothing wrong. */
const FILES: readonly (readonly [name: string, found: Readonly<Record<Depth, string | undefined>>])[] = [
  ['good', { structure: undefined, seal: undefined, keys: undefined }],
  [
    'with a flipped bit',
    { structure: 'CiphertextHashMismatch', seal: 'CiphertextHashMismatch', keys: 'CiphertextHashMismatch' },
  ],
  // Whoever flips a bit can make every hash fit again; only the realm's own seal cannot be made.
  ['forged', { structure: undefined, seal: 'SealMismatch', keys: 'SealMismatch' }],
  // A holder of the realm keys can seal anything: what the keys are is proven by the keys themselves.
  ['with a key exchanged', { structure: undefined, seal: undefined, keys: 'WrappedKeyNotProven' }],
];

describe.each(['SoftHSM', 'NSS'] satisfies KnownVendor[])('rule R50: three depths, with %s', (vendor) => {
  let regions: TwoRegions;

  beforeAll(async () => {
    regions = await TwoRegions.make(vendor, 'SoftHSM');
    const vault = await regions.makeVault();
    await regions.makeKey(vault.id, 'one', { algorithm: 'ECDSA', length: 32 });
    await regions.makeKey(vault.id, 'other', { algorithm: 'ECDSA', length: 32 });
    await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('good') },
    });
    const good = await readFile(regions.path('good'));
    const { head, ciphertextPrefix } = takeApart(good);
    const flipped = flipBit(good, head.length + ciphertextPrefix.length + 50, 4);
    await writeFile(regions.path('with a flipped bit'), flipped);
    await writeFile(regions.path('forged'), await refreshTrailer(flipped));
    await writeFile(
      regions.path('with a key exchanged'),
      await sealedAnew(regions.fra, good, (entries) => withValuesExchanged(entries, () => true)),
    );
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const cases = FILES.flatMap(([name, found]) => DEPTHS.map((depth) => [name, depth, found[depth]] as const));

  it.each(cases)('a file %s, at depth %s: %s', async (name, depth, reason) => {
    const verify = () =>
      regions.call('backup.verify', {
        backupLocation: { destination: 'OFFLINE_FILE', file: regions.path(name) },
        depth,
        region: FRA,
      });
    const shown = await commandLineOn(
      regions.strongroom,
      ['backup', 'verify', '--file', name, '--depth', depth, '--region', FRA, '--output', 'json'],
      regions.folder,
    );
    if (reason !== undefined) {
      await expect(verify()).rejects.toMatchObject({ code: 'InvalidParameter', reason });
      expect(shown).toMatchObject({ exitCode: 1, stdout: '' });
      expect((JSON.parse(shown.stderr) as ErrorDocument).reason).toBe(reason);
      return;
    }
    const verified = await verify();
    expect(verified).toMatchObject({ depth, authenticated: depth !== 'structure' });
    expect(verified.statement).toBe(
      {
        structure: 'intact, authenticity not checked',
        seal: 'intact and authentic, key values not proven',
        keys: 'intact and authentic, every key value proven',
      }[depth],
    );
    // What is sealed cannot be counted without a token; what was not proven is not called so.
    expect(verified.keyVersionCount).toBe(depth === 'structure' ? undefined : 2);
    expect(verified.provenKeyVersionCount).toBe({ structure: undefined, seal: 0, keys: 2 }[depth]);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const document = JSON.parse(shown.stdout) as ResponseOf<'backup.verify'>;
    expect(document.statement).toBe(verified.statement);
    // Rule R60: with a token it is a work request.
    expect(document.workRequestId === undefined).toBe(depth === 'structure');
  });
});
