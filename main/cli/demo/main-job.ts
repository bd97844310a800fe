import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { makePracticeFolder, Strongroom } from '../../strongroom.ts';
import type { LaunchModuleHost, PracticeFolder } from '../../strongroom.ts';
import {
  backUpToBucket,
  copyToSecondRegion,
  createBuckets,
  createPracticeRealm,
  enrolSecondRegion,
  HERE,
  makePaymentsVault,
  makePracticeTokens,
  OFFICER,
  practicePins,
  THERE,
  TOKENS,
} from '../../practice/two-practice-regions.ts';
import { bytesInWords, counted } from '../words.ts';
import type { DemoStep, DemoSteps } from './demo-steps.ts';

/** What `demo run --output json` prints. */
export interface DemoResult {
  readonly ok: boolean;
  readonly input: { readonly path: string; readonly bytes: number; readonly sha256: string };
  readonly decrypted: readonly { readonly sha256: string; readonly keyVersionId: string }[];
  readonly signatureVerified: boolean;
  readonly backup: {
    readonly objectName: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly keyCount: number;
    readonly keyVersionCount: number;
  };
  readonly copy: {
    readonly region: string;
    readonly bucketName: string;
    readonly objectName: string;
    readonly etag: string;
  };
  readonly restore: {
    readonly region: string;
    readonly vaultId: string;
    readonly restoredFromVaultId: string;
    readonly keyCount: number;
    readonly keyVersionCount: number;
  };
  readonly steps: readonly DemoStep[];
}

/**
 * The main job, for real, on two practice tokens in `folder`: encrypt, back up, copy, lose a region, restore, decrypt.
 * @param folder a new, private folder; everything the demo makes is in it.
 * @param say what a person who watches reads.
 */
export async function runMainJob(
  folder: string,
  inputPath: string,
  steps: DemoSteps,
  say: (text: string) => void,
  launchModuleHost?: LaunchModuleHost,
): Promise<DemoResult> {
  const input = await steps.step(
    'Read the input',
    () => describeInput(inputPath),
    ({ bytes, sha256 }) => `${bytesInWords(bytes)}, SHA-256 ${sha256}`,
  );
  const practice = await makePracticeFolder(folder);
  // Nobody ever signs in to the demo's home again: the passphrase is forgotten with it.
  const passphrase = randomBytes(24).toString('base64');
  const open = (): Promise<Strongroom> =>
    Strongroom.open({
      home: join(folder, 'home'),
      program: 'demo',
      launchModuleHost,
      environment: practice.environment,
      pins: practicePins(folder),
      passphrases: () => Promise.resolve(passphrase),
    });
  const path = (name: string): string => join(folder, name);

  const before = await open();
  let prepared: Prepared;
  try {
    await steps.step('Make two practice tokens (SoftHSM2)', () => makePracticeTokens(before, practice));
    await steps.step(
      'Create the realm on FRA',
      () => createPracticeRealm(before, practice),
      ({ realm }) => `realm ${realm.realmId}`,
    );
    await steps.step(
      'Enrol ZRH by request, grant and accept',
      () => enrolSecondRegion(before, practice, folder),
      (words) => `words compared: ${words}`,
    );
    const made = await steps.step(
      'Create a compartment, a vault and three keys',
      () => makePaymentsVault(before),
      ({ vault }) => vault.id,
    );
    await steps.step('Encrypt the input, rotate, encrypt again, rotate', async () => {
      await before.call('crypto.encrypt', {
        keyId: made.aes.id,
        in: inputPath,
        out: path('first.encrypted'),
      });
      await before.call('key-version.create', { keyId: made.aes.id });
      await before.call('crypto.encrypt', {
        keyId: made.aes.id,
        in: inputPath,
        out: path('second.encrypted'),
      });
      await before.call('key-version.create', { keyId: made.aes.id });
    });
    await steps.step('Sign the input; disable the RSA key', async () => {
      await before.call('crypto.sign', {
        keyId: made.ecdsa.id,
        in: inputPath,
        signature: path('before.signature'),
      });
      await before.call('key.disable', { keyId: made.rsa.id });
    });
    const { backup, objectName } = await steps.step(
      'Back up the vault with its keys, sealed and verified',
      async () => {
        await createBuckets(before, folder);
        return backUpToBucket(before, made.vault.id);
      },
      (done) =>
        `${counted(done.backup.keyCount, 'key')}, ${counted(done.backup.keyVersionCount, 'version')}, ${bytesInWords(done.backup.size)}`,
    );
    const copy = await steps.step('Copy the backup to ZRH', () =>
      copyToSecondRegion(before, objectName, backup.sha256),
    );
    prepared = { made, backup, copy, objectName };
  } finally {
    await before.close();
  }

  await steps.step('Disaster: destroy the FRA token and the FRA bucket', () =>
    destroyRegion(practice, path('bucket-fra')),
  );

  const after = await open();
  try {
    await after.signIn(OFFICER);
    const backupLocation = {
      destination: 'BUCKET' as const,
      bucketName: 'backups-zrh',
      objectName: prepared.copy.objectName,
    };
    const plan = await steps.step(
      'Plan the restore into ZRH',
      () => after.call('backup.plan-restore', { backupLocation, region: THERE }),
      (shown) =>
        `${counted(shown.items.length, 'item')}, ${counted(shown.keyVersionsToAdd, 'key version')} to add`,
    );
    for (const item of plan.items)
      say(
        `            ${item.action.padEnd(6)} ${item.entityType} ${item.displayName}${item.shape === undefined ? '' : ` (${item.shape}, ${counted(item.keyVersionsToAdd ?? 0, 'version')}, ${item.lifecycleState ?? ''})`}\n`,
      );
    const restored = await steps.step('Restore into ZRH by that plan', () =>
      after.call('vault.restore', { backupLocation, region: THERE, planHash: plan.planHash }),
    );
    const keys = await after.call('key.list', { vaultId: restored.vault.id });
    const keyOf = (oldId: string) => {
      const key = keys.data.find((candidate) => candidate.restoredFromKeyId === oldId);
      if (key === undefined) throw new Error(`the key ${oldId} was not restored`);
      return key;
    };
    const aes = keyOf(prepared.made.aes.id);
    const ecdsa = keyOf(prepared.made.ecdsa.id);
    const rsa = keyOf(prepared.made.rsa.id);
    const decrypted = await steps.step('Decrypt both ciphertexts with the restored key', async () => {
      const results = [];
      for (const name of ['first', 'second']) {
        const done = await after.call('crypto.decrypt', {
          keyId: aes.id,
          in: path(`${name}.encrypted`),
          out: path(`${name}.decrypted`),
        });
        results.push({ sha256: done.plaintext.sha256, keyVersionId: done.keyVersionId });
      }
      return results;
    });
    const signatureVerified = await steps.step(
      'Verify the signature from before, make a new one',
      async (): Promise<boolean> => {
        await after.call('crypto.verify', {
          keyId: ecdsa.id,
          in: inputPath,
          signature: path('before.signature'),
        });
        await after.call('crypto.sign', {
          keyId: ecdsa.id,
          in: inputPath,
          signature: path('after.signature'),
        });
        const { isValid } = await after.call('crypto.verify', {
          keyId: ecdsa.id,
          in: inputPath,
          signature: path('after.signature'),
        });
        return isValid;
      },
    );
    const ok =
      decrypted.every((result) => result.sha256 === input.sha256) &&
      decrypted[0]?.keyVersionId !== decrypted[1]?.keyVersionId &&
      signatureVerified &&
      prepared.copy.etag === prepared.backup.sha256 &&
      rsa.lifecycleState === 'DISABLED' &&
      restored.keyVersionCount === prepared.backup.keyVersionCount;
    return {
      ok,
      input: { path: inputPath, ...input },
      decrypted,
      signatureVerified,
      backup: {
        objectName: prepared.objectName,
        sha256: prepared.backup.sha256,
        bytes: prepared.backup.size,
        keyCount: prepared.backup.keyCount,
        keyVersionCount: prepared.backup.keyVersionCount,
      },
      copy: {
        region: prepared.copy.region,
        bucketName: prepared.copy.bucketName,
        objectName: prepared.copy.objectName,
        etag: prepared.copy.etag,
      },
      restore: {
        region: restored.region,
        vaultId: restored.vault.id,
        restoredFromVaultId: restored.vault.restoredFromVaultId ?? '',
        keyCount: restored.keyCount,
        keyVersionCount: restored.keyVersionCount,
      },
      steps: steps.done,
    };
  } finally {
    await after.close();
  }
}

interface Prepared {
  readonly made: Awaited<ReturnType<typeof makePaymentsVault>>;
  readonly backup: ResponseOf<'vault.backup'>['backup'];
  readonly copy: ResponseOf<'object.copy'>;
  readonly objectName: string;
}

async function describeInput(path: string): Promise<{ bytes: number; sha256: string }> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is not a file');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path, {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  } catch (failure) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `The input ${path} could not be read: ${failure instanceof Error ? failure.message : 'unknown reason'}.`,
      'Name a file with --input.',
      { reason: 'FileNotRead', cause: failure },
    );
  }
}

/** The token is deleted by SoftHSM's own tool, the bucket with its folder: nothing of the region is left. */
async function destroyRegion(practice: PracticeFolder, bucketFolder: string): Promise<void> {
  await promisify(execFile)('softhsm2-util', ['--delete-token', '--token', TOKENS[HERE]], {
    env: { ...process.env, ...practice.environment },
  });
  await rm(bucketFolder, { recursive: true });
}
