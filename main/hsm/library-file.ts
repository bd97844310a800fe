import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** ELF's numbers for the processors that Node runs on (e_machine). */
const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, number>>> = {
  arm: 40,
  arm64: 183,
  ia32: 3,
  loong64: 258,
  ppc64: 21,
  riscv64: 243,
  s390x: 22,
  x64: 62,
};
const ELF_HEADER_LENGTH = 64;
const SEGMENT_HEADER_LENGTH = 56;
const LOADABLE = 1;

/**
 * A library that was cut short, by a full disk or a broken download, ends the process with a bus error when the system's
 * loader touches what is missing. So its table of segments is read first (ELF-64 object file format, program header).
 * Only Linux's format, on little-endian 64-bit machines; elsewhere the loader's own word must do.
 * @returns why this file cannot be loaded, or undefined.
 */
export function whyNotLoadable(file: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const descriptor = openSync(file, 'r');
  try {
    const header = read(descriptor, 0, ELF_HEADER_LENGTH);
    if (header?.toString('latin1', 0, 4) !== '\u007fELF') return 'it is no shared library';
    const isElf64LittleEndian = header[4] === 2 && header[5] === 1;
    const machine = header.readUInt16LE(18);
    if (!isElf64LittleEndian || machine !== MACHINES[process.arch])
      return 'it is made for another kind of machine';

    const table = Number(header.readBigUInt64LE(32));
    const count = header.readUInt16LE(56);
    const segments = read(descriptor, table, count * SEGMENT_HEADER_LENGTH);
    if (header.readUInt16LE(54) !== SEGMENT_HEADER_LENGTH || segments === undefined)
      return 'its end is missing';
    const { size } = fstatSync(descriptor);
    for (let at = 0; at < segments.length; at += SEGMENT_HEADER_LENGTH) {
      const end = segments.readBigUInt64LE(at + 8) + segments.readBigUInt64LE(at + 32);
      if (segments.readUInt32LE(at) === LOADABLE && end > BigInt(size)) return 'its end is missing';
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** @returns undefined where the file is shorter. */
function read(descriptor: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  if (!Number.isSafeInteger(position)) return undefined;
  return readSync(descriptor, bytes, 0, length, position) === length ? bytes : undefined;
}
