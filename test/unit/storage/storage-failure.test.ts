import { describe, expect, it } from 'vitest';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { explainFailure, freeBytes, storageFailure } from '../../../main/storage/storage-failure.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const attempt = {
  doing: 'write to /media/stick',
  access: 'write',
  path: '/media/stick',
  bytesNeeded: 4096,
} as const;

/** Made up: what disks and sticks answer when they break cannot be had on demand. Full and read-only ones are real in test/integration. */
function errno(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

describe('storageFailure', () => {
  it.each([
    ['ENOSPC', 'ServiceUnavailable', 'StorageFull'],
    ['EDQUOT', 'ServiceUnavailable', 'StorageFull'],
    ['EFBIG', 'ServiceUnavailable', 'StorageFileTooLarge'],
    ['EROFS', 'NotAuthorized', 'StorageReadOnly'],
    ['EACCES', 'NotAuthorized', 'StorageReadOnly'],
    ['EIO', 'ServiceUnavailable', 'StorageLost'],
    ['ENODEV', 'ServiceUnavailable', 'StorageLost'],
    ['ESTALE', 'ServiceUnavailable', 'StorageLost'],
    ['ENOENT', 'NotAuthorizedOrNotFound', 'FileNotFound'],
    ['ENAMETOOLONG', 'InvalidParameter', 'NameTooLong'],
    ['EMFILE', 'ServiceUnavailable', 'StorageFailed'],
  ])('rule R73: explains %s as %s %s', (code, expected, reason) => {
    const cause = errno(code);
    expect(storageFailure(cause, attempt)).toMatchObject({ code: expected, reason, cause });
  });

  it('names the bytes needed and free when the storage is full', () => {
    const failure = storageFailure(errno('ENOSPC'), attempt, 512);
    expect(failure).toMatchObject({
      message: 'Strongroom could not write to /media/stick: 4096 more bytes are needed, 512 bytes are free.',
    });
  });

  it('tells an unreadable file from a place that cannot be written', () => {
    expect(storageFailure(errno('EACCES'), { ...attempt, access: 'read' })).toMatchObject({
      reason: 'StorageNotReadable',
    });
  });

  it('leaves alone what the operating system did not throw', async () => {
    const ours = new StrongroomError('Conflict', 'a', 'b');
    const bug = new TypeError('a bug');
    const argument = Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_VALUE' });
    for (const thrown of [ours, bug, argument]) {
      expect(storageFailure(thrown, attempt)).toBe(thrown);
      await expect(explainFailure(attempt, () => Promise.reject(thrown))).rejects.toBe(thrown);
    }
  });
});

describe('freeBytes', () => {
  it('measures a folder, and does not know of one that is not there', async () => {
    const folder = temporaryFolder();
    expect(await freeBytes(folder)).toBeGreaterThan(0);
    expect(await freeBytes(`${folder}/none`)).toBeUndefined();
  });
});
