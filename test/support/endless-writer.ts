/**
 * A program that stages and publishes one object after the other into a folder bucket until it is killed, and prints
 * each name once its publish was reported done. Arguments: the bucket's folder; `links` or `no-links`.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { openFolderBucket } from '../../main/storage/folder-bucket.ts';
import type { LinkFile } from '../../main/storage/publish.ts';

const [location = '', links] = process.argv.slice(2);

/** As on a FAT stick; see the unit tests. */
const noLinks: LinkFile = () => Promise.reject(Object.assign(new Error('link'), { code: 'EPERM' }));

const bucket = await openFolderBucket(
  { location, name: 'backups', region: 'eu-frankfurt-1' },
  links === 'no-links' ? noLinks : undefined,
);
for (;;) {
  const content = randomBytes(randomInt(1, 300_000));
  await using staged = await bucket.stage();
  const half = Math.floor(content.length / 2);
  await staged.write(content.subarray(0, half));
  await staged.write(content.subarray(half));
  const { name } = await staged.publish(`object-${createHash('sha256').update(content).digest('hex')}`);
  process.stdout.write(`${name}\n`);
}
