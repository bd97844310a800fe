import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { mayUnshareNetwork, NAMESPACE } from '../../support/network-namespace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

const mayUnshare = mayUnshareNetwork();

/** Runs the main job and looks all the while whether any socket of the internet families exists. */
const WATCHED = `
"$@" > "$OUT" 2>"$OUT.errors" &
job=$!
while kill -0 $job 2>/dev/null; do
  for table in tcp tcp6 udp udp6 raw raw6; do
    if [ -r /proc/net/$table ]; then tail -n +2 /proc/net/$table; fi
  done
  sleep 0.02
done
wait $job
echo "exit $?"
`;

it.skipIf(!mayUnshare)(
  `rule R70: the whole main job runs without any network, and opens no socket to one${mayUnshare ? '' : ' (skipped: unshare is not permitted here)'}`,
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const { stdout } = await promisify(execFile)(
      NAMESPACE[0],
      [
        ...NAMESPACE.slice(1),
        'bash',
        '-c',
        WATCHED,
        'watched',
        process.execPath,
        join(ROOT, 'build/strongroom.mjs'),
        'demo',
        'run',
        '--output',
        'json',
      ],
      { cwd: folder, env: { ...process.env, OUT: join(folder, 'result.json') } },
    );
    expect(stdout).toBe('exit 0\n');
  },
);
