import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { describe, expect, it } from 'vitest';
import { unpackArchive } from '../../../../build/electron-stand-in/start/app-archive.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('an archive of an app', () => {
  it('is unpacked as it was packed; what lies beside it is linked', async () => {
    const folder = temporaryFolder();
    const app = join(folder, 'app');
    mkdirSync(join(app, 'out/main'), { recursive: true });
    mkdirSync(join(app, 'node_modules/native'), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{"name":"app"}');
    writeFileSync(join(app, 'out/main/index.js'), 'export const umlaut = "ü";\n');
    writeFileSync(join(app, 'out/empty.txt'), '');
    writeFileSync(join(app, 'node_modules/native/native.node'), Buffer.from([0, 1, 255]));
    const archive = join(folder, 'app.asar');
    await createPackageWithOptions(app, archive, { unpackDir: 'node_modules' });

    const target = join(folder, 'unpacked');
    unpackArchive(archive, target);
    for (const name of [
      'package.json',
      'out/main/index.js',
      'out/empty.txt',
      'node_modules/native/native.node',
    ]) {
      expect(readFileSync(join(target, name)), name).toEqual(readFileSync(join(app, name)));
    }
    expect(lstatSync(join(target, 'node_modules/native/native.node')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(target, 'out/main/index.js')).isSymbolicLink()).toBe(false);
  });

  it('that names a file outside of itself, or is cut off, is refused', () => {
    const folder = temporaryFolder();
    const archiveOf = (header: object): string => {
      const json = Buffer.from(JSON.stringify(header));
      const preamble = Buffer.alloc(16);
      preamble.writeUInt32LE(4, 0);
      preamble.writeUInt32LE(json.length + 8, 4);
      preamble.writeUInt32LE(json.length + 4, 8);
      preamble.writeUInt32LE(json.length, 12);
      const path = join(folder, 'made.asar');
      writeFileSync(path, Buffer.concat([preamble, json, Buffer.from('body')]));
      return path;
    };
    const file = { offset: '0', size: 4 };
    const target = join(folder, 'unpacked');
    expect(() => {
      unpackArchive(archiveOf({ files: { '..': { files: { evil: file } } } }), target);
    }).toThrow(/outside of itself/);
    expect(() => {
      unpackArchive(archiveOf({ files: { '../evil': file } }), target);
    }).toThrow(/outside of itself/);
    expect(() => {
      unpackArchive(archiveOf({ files: { long: { offset: '0', size: 400 } } }), target);
    }).toThrow(/cut off/);
  });
});
