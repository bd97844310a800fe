import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { electronHost } from '../../build/set-up/electron.mjs';
import { descendantsOf } from '../support/electron-fixture.ts';
import { mayUnshareNetwork, NAMESPACE } from '../support/network-namespace.ts';
import { networkSockets, nonLocalSockets } from '../support/sockets-of-processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SESSION = join(import.meta.dirname, 'support/whole-session.cjs');
const LOOK_EVERY_MILLISECONDS = 60;
/** All screens but the first run's, which a realm has no use for any more. */
const SCREENS = 16;

const mayUnshare = mayUnshareNetwork();

const namespaceOf = (processId: number): string => readlinkSync(`/proc/${processId}/ns/net`);

/** Sockets that a program could hold: listening, sending to nobody, and not used yet, which no table of the kernel has. */
const HOLDER = `
import socket, time
listening = socket.create_server(('127.0.0.1', 0))
sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sending.bind(('0.0.0.0', 0))
unused = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
local = socket.socketpair()
print('ready', flush=True)
time.sleep(60)
`;

it('what looks for sockets sees each kind, and takes none of another family for one', async () => {
  const child = spawn('python3', ['-c', HOLDER], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const processId = child.pid ?? 0;
  const listed = networkSockets(processId).join('\n');
  expect(listed).toMatch(/^tcp: .*0100007F:/m);
  expect(listed).toMatch(/^udp: .*00000000:/m);
  expect(nonLocalSockets([processId])).toHaveLength(3);
});

it.skipIf(!mayUnshare)(
  `rule R70: a whole session in the window needs no network, and opens no socket to one${mayUnshare ? '' : ' (skipped: unshare is not permitted here)'}`,
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-no-network-'));
    const { executable, isStandIn } = electronHost();
    const [program, ...flags] = NAMESPACE;
    const child = spawn(
      program,
      [
        ...flags,
        executable,
        '-r',
        SESSION,
        ROOT,
        '--practice',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      {
        env: {
          ...process.env,
          ...(isStandIn ? { STRONGROOM_STAND_IN_HEADLESS: '1' } : {}),
          STRONGROOM_HOME: join(folder, 'home'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const processId = child.pid ?? 0;
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = once(child, 'exit');

    // Until it has left it, its tables are those of this test's namespace.
    await expect.poll(() => namespaceOf(processId), { interval: 5 }).not.toBe(namespaceOf(process.pid));
    const seen = new Set<string>();
    let looks = 0;
    let mostProcesses = 0;
    while (child.exitCode === null && child.signalCode === null) {
      const processes = [processId, ...descendantsOf(processId)];
      for (const socket of [...networkSockets(processId), ...nonLocalSockets(processes)]) seen.add(socket);
      looks += 1;
      mostProcesses = Math.max(mostProcesses, processes.length);
      await setTimeout(LOOK_EVERY_MILLISECONDS);
    }
    await ended;
    const [output, errors] = await said;
    expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: '' });
    const { screens, ...done } = JSON.parse(output) as { screens: string[] };
    expect(done).toEqual({ isCopied: true, isRestored: true });
    expect(new Set(screens).size).toBe(SCREENS);
    // The program, its token processes, the browser and its page's: all were looked at.
    expect(mostProcesses).toBeGreaterThan(5);
    expect(looks).toBeGreaterThan(50);
    expect([...seen]).toEqual([]);
  },
);
