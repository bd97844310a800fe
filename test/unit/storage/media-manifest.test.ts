import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MANIFEST_NAME, MANIFEST_STATEMENT, mergeManifest } from '../../../shared/domain/media-manifest.ts';
import type { MediaManifestEntry } from '../../../shared/domain/media-manifest.ts';
import { listFolder, openMediaFolder } from '../../../main/storage/media-folder.ts';
import { readManifest, writeManifest } from '../../../main/storage/media-manifest.ts';
import { sampleOcid } from '../../support/request-samples.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const REALM = { realmId: 'a'.repeat(32), tenancyId: sampleOcid('tenancy') };
const TIME = '2026-11-24T12:00:00.000Z';

function entry(fileName: string, sequence: number): MediaManifestEntry {
  return {
    fileName,
    sha256: 'b'.repeat(64),
    size: 1000 + sequence,
    backupId: sampleOcid('backup'),
    kind: 'VAULT',
    sourceRegion: 'eu-frankfurt-1',
    timeCreated: TIME,
    sequence,
  };
}

describe('a manifest', () => {
  it('rule R31: is merged with the older one by file name, and says that it proves nothing', () => {
    const older = mergeManifest(undefined, REALM, [entry('b', 1), entry('a', 2)], TIME);
    const merged = mergeManifest(older, REALM, [entry('c', 3), entry('b', 4)], TIME);
    expect(merged.backups.map(({ fileName, sequence }) => [fileName, sequence])).toEqual([
      ['a', 2],
      ['b', 4],
      ['c', 3],
    ]);
    expect(merged.statement).toBe(MANIFEST_STATEMENT);
  });

  it('rule R31: is written in the stead of the older one, whole, and read again', async () => {
    const folder = temporaryFolder();
    expect(await readManifest(folder)).toBeUndefined();
    for (const name of ['first', 'second']) {
      const manifest = mergeManifest(undefined, REALM, [entry(name, 1)], TIME);
      expect(await writeManifest(folder, manifest)).toBe(join(folder, MANIFEST_NAME));
      expect(await readManifest(folder)).toEqual(manifest);
      expect(readdirSync(folder)).toEqual([MANIFEST_NAME]);
    }
  });

  it('rule R74: a link under its name is replaced, not written through, and not read', async () => {
    const folder = temporaryFolder();
    const victim = join(temporaryFolder(), 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, MANIFEST_NAME));
    await expect(readManifest(folder)).rejects.toMatchObject({ reason: 'ManifestUnreadable' });
    await writeManifest(folder, mergeManifest(undefined, REALM, [entry('a', 1)], TIME));
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect((await readManifest(folder))?.backups).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{'],
    ['no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['another thing', '[]'],
    ['nested beyond measure', '['.repeat(100_000)],
    ['a way out of the folder', JSON.stringify(mergeManifest(undefined, REALM, [entry('../x', 1)], TIME))],
    [
      'a size that is none',
      JSON.stringify(mergeManifest(undefined, REALM, [{ ...entry('x', 1), size: -1 }], TIME)),
    ],
  ])('rule R74: refuses %s', async (_what, content) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, MANIFEST_NAME), content);
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'ManifestUnreadable',
    });
  });

  it('rule R74: one of gigabytes is refused unread, and one of a later version by its number', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, MANIFEST_NAME), '');
    truncateSync(join(folder, MANIFEST_NAME), 8 * 1024 ** 3);
    await expect(readManifest(folder)).rejects.toMatchObject({ reason: 'ManifestUnreadable' });
    const later = { ...mergeManifest(undefined, REALM, [], TIME), version: 2 };
    writeFileSync(join(folder, MANIFEST_NAME), JSON.stringify(later));
    await expect(readManifest(folder)).rejects.toMatchObject({ reason: 'ManifestVersionUnknown' });
  });
});

describe('a folder on a medium', () => {
  it('rule R31: lists ordinary files and what is none, without folders and hidden files', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'a file (1)'), 'five!');
    writeFileSync(join(folder, '.hidden'), '');
    symlinkSync('a file (1)', join(folder, 'link'));
    expect(await listFolder(folder)).toMatchObject([
      { name: 'a file (1)', size: 5, isFile: true },
      { name: 'link', size: 0, isFile: false },
    ]);
  });

  it('rule R31: gives no file of another folder, and follows no link', async () => {
    const location = join(temporaryFolder(), 'stick');
    const folder = await openMediaFolder(location, { make: true });
    writeFileSync(join(location, '..', 'outside'), 'outside');
    symlinkSync('../outside', join(location, 'link'));
    for (const name of ['../outside', '..', '.', '', '/etc/passwd', 'a\0b'])
      await expect(folder.open(name)).rejects.toMatchObject({ reason: 'PathInvalid' });
    await expect(folder.open('link')).rejects.toMatchObject({ reason: 'NotAFile' });
    await expect(folder.head('nothing')).rejects.toMatchObject({ reason: 'FileNotFound' });
  });

  it('rule R73: a medium that was changed for another is not written to', async () => {
    const location = join(temporaryFolder(), 'stick');
    const folder = await openMediaFolder(location, { make: true });
    await using staged = await folder.stage();
    await staged.write(Buffer.from('content'));
    renameSync(location, `${location}-pulled`);
    mkdirSync(location);
    await expect(staged.publish('name')).rejects.toMatchObject({ code: 'Conflict', reason: 'MediumChanged' });
    expect(readdirSync(location)).toEqual([]);
  });
});
