import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createFolderBucket } from '../../../main/storage/folder-bucket.ts';
import { hashInName, hashObject } from '../../../main/storage/hash-object.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WRITER = fileURLToPath(new URL('../../support/endless-writer.ts', import.meta.url));
const KILLS = 4;

/** Runs the writer, kills it at a random instant after its first object. @returns the names it reported done */
async function runAndKill(location: string, links: string): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [WRITER, location, links], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(writer, 'close');
  const reported: string[] = [];
  const first = new Promise<void>((resolve) => {
    createInterface({ input: writer.stdout }).on('line', (line) => {
      reported.push(line);
      resolve();
    });
  });
  await Promise.race([first, closed]);
  await setTimeout(randomInt(0, 120));
  writer.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
  return reported;
}

describe.each(['links', 'no-links'])('a writer that is killed, on a file system with %s', (links) => {
  it('rules R24, R73: every visible object is whole, none reported done is lost, and sweep removes the rest', async () => {
    const bucket = await createFolderBucket({
      location: join(temporaryFolder(), 'bucket'),
      name: 'backups',
      region: 'eu-frankfurt-1',
    });
    const reported: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      reported.push(...(await runAndKill(bucket.location, links)));
      const listed = new Set<string>();
      for await (const { name, etag } of bucket.list()) {
        await using object = await bucket.open(name);
        expect(await hashObject(object)).toBe(hashInName(name));
        expect(etag).toBe(hashInName(name));
        listed.add(name);
      }
      expect(reported.filter((name) => !listed.has(name))).toEqual([]);
      await bucket.sweep();
      const left = readdirSync(bucket.location).filter((name) => !listed.has(name));
      expect(left.sort()).toEqual(['.etags', '.strongroom-bucket.json']);
      expect([...listed].filter((name) => statSync(join(bucket.location, name)).nlink !== 1)).toEqual([]);
    }
    expect(reported.length).toBeGreaterThanOrEqual(KILLS);
  });
});
