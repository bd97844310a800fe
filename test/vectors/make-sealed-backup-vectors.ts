import { mkdir, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { SEALED_BACKUP_VECTORS, makeSealedBackupVectors } from '../support/sealed-backup-vectors.ts';

/**
 * Writes the sealed backup's test vectors again: `node test/vectors/make-sealed-backup-vectors.ts`. They come out the same,
 * byte for byte, as long as the format is the same; vectors of a released version never change (SEALED-BACKUP 11).
 */
const { description, files } = await makeSealedBackupVectors();
await mkdir(SEALED_BACKUP_VECTORS, { recursive: true });
for (const [name, bytes] of files) await writeFile(new URL(`${name}.sealed`, SEALED_BACKUP_VECTORS), bytes);
const path = new URL('vectors.json', SEALED_BACKUP_VECTORS);
const style = await resolveConfig(path);
await writeFile(path, await format(JSON.stringify(description), { ...style, parser: 'json' }));
