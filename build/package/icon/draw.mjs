/**
 * Draws the program's icon from its two pictures, in all the sizes and formats that the packages want:
 * node build/package/icon/draw.mjs, after a change of a picture. Needs Chromium, as the tests do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const folder = import.meta.dirname;
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Up to this size the door's wheel would be a blur. */
const LARGEST_SMALL = 32;
/** Apple Icon Image format: the type of an entry with a PNG of that size. */
const ICNS_TYPES = {
  16: 'icp4',
  32: 'icp5',
  64: 'icp6',
  128: 'ic07',
  256: 'ic08',
  512: 'ic09',
  1024: 'ic10',
};

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const pictures = new Map();
try {
  const page = await browser.newPage();
  for (const size of SIZES) {
    const picture = readFileSync(join(folder, size <= LARGEST_SMALL ? 'icon-small.svg' : 'icon.svg'), 'utf8');
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${picture}`);
    const png = await page.screenshot({ omitBackground: true });
    pictures.set(size, png);
    writeFileSync(join(folder, `png/${size}x${size}.png`), png);
  }
} finally {
  await browser.close();
}
writeFileSync(join(folder, 'icon.ico'), windowsIcon([16, 24, 32, 48, 64, 128, 256]));
writeFileSync(join(folder, 'icon.icns'), appleIcon());

/** A directory of PNG files: six bytes, sixteen for each, then the files. */
function windowsIcon(sizes) {
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  sizes.forEach((size, index) => {
    const at = 6 + 16 * index;
    // 256 is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(pictures.get(size).length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += pictures.get(size).length;
  });
  return Buffer.concat([head, ...sizes.map((size) => pictures.get(size))]);
}

/** Entries of type, length and PNG, in one of the same form. */
function appleIcon() {
  const entries = Object.entries(ICNS_TYPES).map(([size, type]) => entry(type, pictures.get(Number(size))));
  return entry('icns', Buffer.concat(entries));
}

function entry(type, content) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}
