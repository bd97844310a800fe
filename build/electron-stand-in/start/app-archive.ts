import { closeSync, mkdirSync, openSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file or a folder in the header of an archive. */
interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
  /** Bytes from the end of the header, in decimal digits. */
  readonly offset?: string;
  readonly size?: number;
  readonly link?: string;
}

/** Four numbers of four bytes: what a pickle of a number and the head of a pickle of a text come to. */
const PREAMBLE_BYTES = 16;

/**
 * Unpacks an app.asar, which Electron reads in place and Node cannot. What the archive keeps unpacked beside itself is linked.
 * Read here and not by a package, because this host is copied into packages without node_modules.
 */
export function unpackArchive(archive: string, into: string): void {
  const file = openSync(archive, 'r');
  try {
    const preamble = read(file, 0, PREAMBLE_BYTES);
    const header = JSON.parse(
      read(file, PREAMBLE_BYTES, preamble.readUInt32LE(12)).toString('utf8'),
    ) as Entry;
    const start = 8 + preamble.readUInt32LE(4);
    unpackEntry(header, '', (entry, path) => {
      const target = join(into, path);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      if (entry.unpacked === true) symlinkSync(join(`${archive}.unpacked`, path), target);
      else if (entry.link !== undefined) symlinkSync(join(into, entry.link), target);
      else writeFileSync(target, read(file, start + Number(entry.offset), entry.size ?? 0));
    });
  } finally {
    closeSync(file);
  }
}

function unpackEntry(entry: Entry, path: string, take: (entry: Entry, path: string) => void): void {
  if (entry.files === undefined) {
    take(entry, path);
    return;
  }
  for (const [name, child] of Object.entries(entry.files)) {
    if (name === '..' || name.includes('/'))
      throw new Error(`The archive names a file outside of itself: ${name}`);
    unpackEntry(child, join(path, name), take);
  }
}

function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (readSync(file, bytes, 0, length, position) !== length) throw new Error('The archive is cut off.');
  return bytes;
}
