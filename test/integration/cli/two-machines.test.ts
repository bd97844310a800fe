import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { mayUnshareNetwork, NAMESPACE } from '../../support/network-namespace.ts';
import { OfficerMachine } from '../../support/officer-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// Where a namespace may be made, neither machine has a network while its commands run.
const prefix = mayUnshareNetwork() ? NAMESPACE : [];

it(
  `rules R3, R12, R31, R40, R41, R42, R43, R70: two machines that share nothing but a memory stick${prefix.length === 0 ? ' (with a network: unshare is not permitted here)' : ', without a network'}`,
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const stick = join(folder, 'memory-stick');
    await mkdir(stick);
    const onStick = (name: string): string => join(stick, name);
    const frankfurt = await OfficerMachine.make(join(folder, 'frankfurt'), 'eu-frankfurt-1', 'FRA', prefix);
    const zurich = await OfficerMachine.make(join(folder, 'zurich'), 'eu-zurich-1', 'ZRH', prefix);

    // Enrolment: two files on the stick; the words are read out.
    await frankfurt.run<ResponseOf<'realm.create'>>(
      ...['realm', 'create', '--name', 'Realm', '--tenancy-name', 'Tenancy', '--administrator', 'officer'],
      ...frankfurt.tokenFlags,
    );
    const asked = await zurich.run<ResponseOf<'region.enrol-request'>>(
      ...['region', 'enrol-request', '--out', onStick('zrh.request'), ...zurich.tokenFlags],
    );
    const granted = await frankfurt.run<ResponseOf<'region.enrol-grant'>>(
      ...['region', 'enrol-grant', '--request', onStick('zrh.request'), '--confirm-words', asked.words],
      ...['--out', onStick('zrh.grant')],
    );
    await zurich.run(
      ...['region', 'enrol-accept', '--region', zurich.region, '--grant', onStick('zrh.grant')],
      ...['--confirm-words', granted.words, '--administrator', 'officer'],
    );

    // Frankfurt: a vault, a key, a ciphertext, a backup onto the stick.
    const compartment = await frankfurt.run<ResponseOf<'compartment.create'>>(
      ...['compartment', 'create', '--display-name', 'Payments'],
    );
    const vault = await frankfurt.run<ResponseOf<'vault.create'>>(
      ...['vault', 'create', '--compartment-id', compartment.id, '--display-name', 'Payments'],
    );
    const makeKey = (displayName: string): Promise<ResponseOf<'key.create'>> =>
      frankfurt.run(
        ...['key', 'create', '--vault-id', vault.id, '--display-name', displayName],
        ...['--key-shape', '{"algorithm":"AES","length":32}'],
      );
    const cards = await makeKey('Cards');
    const encrypt = async (keyId: string, name: string): Promise<void> => {
      const plain = await frankfurt.write(name, `the text of ${name}`);
      await frankfurt.run(
        ...['crypto', 'encrypt', '--key-id', keyId, '--in', plain, '--out', onStick(`${name}.encrypted`)],
      );
    };
    await encrypt(cards.id, 'first');
    await frankfurt.run('vault', 'backup', '--vault-id', vault.id, '--out', onStick('first.backup'));

    // Zurich: plan, restore exactly that, decrypt.
    const restore = async (name: string) => {
      const from = ['--restore-vault-from-file-location', onStick(name)];
      const plan = await zurich.run<ResponseOf<'backup.plan-restore'>>(
        ...['vault', 'restore-from-file', ...from, '--dry-run'],
      );
      const restored = await zurich.run<ResponseOf<'vault.restore'>>(
        ...['vault', 'restore-from-file', ...from, '--plan-hash', plan.planHash],
      );
      return { plan, restored };
    };
    const decrypt = async (name: string): Promise<string> => {
      const out = zurich.path(name);
      await zurich.run('crypto', 'decrypt', '--in', onStick(`${name}.encrypted`), '--out', out);
      return await readFile(out, 'utf8');
    };
    const first = await restore('first.backup');
    expect(first.plan.items).toContainEqual(
      expect.objectContaining({ entityType: 'compartment', action: 'ADD', id: compartment.id }),
    );
    expect(first.restored.vault).toMatchObject({
      region: zurich.region,
      restoredFromVaultId: vault.id,
      compartmentId: compartment.id,
    });
    expect(await decrypt('first')).toBe('the text of first');
    // What Zurich makes for itself is Zurich's own.
    const own = await zurich.run<ResponseOf<'key.create'>>(
      ...['key', 'create', '--vault-id', first.restored.vault.id, '--display-name', 'Zurich’s own'],
      ...['--key-shape', '{"algorithm":"ECDSA","length":32}'],
    );

    // Frankfurt goes on: a new version, a new key, a new name. A newer backup is carried over.
    await frankfurt.run('key-version', 'create', '--key-id', cards.id);
    await encrypt(cards.id, 'second');
    await encrypt((await makeKey('Refunds')).id, 'third');
    await frankfurt.run('vault', 'update', '--vault-id', vault.id, '--display-name', 'Payments 2027');
    await frankfurt.run('vault', 'backup', '--vault-id', vault.id, '--out', onStick('second.backup'));
    const second = await restore('second.backup');
    expect(second.plan).toMatchObject({ keyVersionsToAdd: 2, keyVersionsPresent: 1, refused: [] });
    expect(second.restored.vault).toMatchObject({
      id: first.restored.vault.id,
      displayName: 'Payments 2027',
    });
    for (const name of ['second', 'third']) expect(await decrypt(name)).toBe(`the text of ${name}`);
    const keys = await zurich.run<ResponseOf<'key.list'>>(
      'key',
      'list',
      '--vault-id',
      first.restored.vault.id,
    );
    expect(keys.data.map((key) => key.displayName).sort()).toEqual(['Cards', 'Refunds', 'Zurich’s own']);
    expect(keys.data.find((key) => key.id === own.id)?.lifecycleState).toBe('ENABLED');

    // Nothing else crossed.
    expect((await readdir(stick)).sort()).toEqual(
      ['first', 'second', 'third']
        .map((name) => `${name}.encrypted`)
        .concat('first.backup', 'second.backup', 'zrh.grant', 'zrh.request')
        .sort(),
    );
  },
);
