#!/usr/bin/env node
/**
 * Stands in for 7za (ELECTRON_BUILDER_7ZIP_PATH) where that cannot be fetched: electron-builder calls it to compress the
 * one tar file of a tar.gz. `7za a OPTIONS TARGET.tar.gz SOURCE`.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const words = process.argv.slice(2);
const [command, target, source] = words.filter((word) => !word.startsWith('-'));
if (command !== 'a' || !target?.endsWith('.tar.gz') || source === undefined) {
  throw new Error(`Only compressing into gzip can be done here, not: 7za ${words.join(' ')}`);
}
// zlib writes neither name nor time into its header: the same bytes give the same file. Fast, for a package of one day.
await pipeline(createReadStream(source), createGzip({ level: 1 }), createWriteStream(target));
