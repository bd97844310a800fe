import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../../shared/domain/errno.ts';

/**
 * [Note: names of temporary files]
 *
 * What Strongroom writes into a folder before an object is published is called
 *
 *     .staging-<r|k><32 hex>-<machine>-<boot>-<pid>       the bytes (r: random name; k: key of a resumable copy)
 *     .publishing-r<32 hex>-<machine>-<boot>-<pid>        only on file systems without hard links, see publish.ts
 *
 * so that a sweep can tell a dead writer's leftovers from the work of a living one without a lock in the folder:
 * a lock file would need a lock that works on every medium (FAT sticks, network shares), and a process number alone
 * would be mistaken for another process's after a restart, or on another machine that has the same share mounted.
 *
 * - Another machine's files: nobody here can know whether their writer lives. They are left until a week has passed
 *   without a write. If that were ever wrong, the writer's publish fails cleanly, as its file is gone.
 * - This machine, another boot: dead.
 * - This machine and boot: alive while the process number is in use. A reused number only delays the sweep.
 * - This very process: alive while it is registered below.
 */
const NAME_PATTERN =
  /^\.(?<kind>staging|publishing)-(?<key>[rk][0-9a-f]{32})-(?<machine>[0-9a-f]{8})-(?<boot>[0-9a-f]{8})-(?<pid>[1-9][0-9]{0,9})$/;

export interface TemporaryName {
  readonly kind: 'staging' | 'publishing';
  /** `k` and the key of a resumable copy, or `r` and random digits. */
  readonly key: string;
  readonly machine: string;
  readonly boot: string;
  readonly pid: number;
}

export function parseTemporaryName(name: string): TemporaryName | undefined {
  const groups = NAME_PATTERN.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { kind, key = '', machine = '', boot = '', pid = '' } = groups;
  return { kind: kind === 'staging' ? 'staging' : 'publishing', key, machine, boot, pid: Number(pid) };
}

/** A name of this process. `resumeKey`: the same key gives the same name in the same process. */
export function makeTemporaryName(kind: TemporaryName['kind'], resumeKey?: string): string {
  const key = resumeKey === undefined ? `r${randomBytes(16).toString('hex')}` : keyPart(resumeKey);
  return `.${kind}-${key}-${MACHINE}-${BOOT}-${process.pid}`;
}

/** The key part of a resumable copy's staging name: any text, hashed into a file name. */
export function keyPart(resumeKey: string): string {
  return `k${shortHash(resumeKey, 32)}`;
}

/** The temporary files that this process is writing at the moment, by name. */
const inUse = new Set<string>();

export function holdTemporaryName(name: string): void {
  inUse.add(name);
}

export function releaseTemporaryName(name: string): void {
  inUse.delete(name);
}

/** Whether the writer of a temporary file lives; `unknown` for another machine's. */
export function writerOf(name: string, parts: TemporaryName): 'alive' | 'dead' | 'unknown' {
  if (parts.machine !== MACHINE) return 'unknown';
  if (parts.boot !== BOOT) return 'dead';
  if (parts.pid === process.pid) return inUse.has(name) ? 'alive' : 'dead';
  try {
    process.kill(parts.pid, 0);
    return 'alive';
  } catch (thrown) {
    // EPERM: the process is there and belongs to another user.
    return errnoOf(thrown) === 'ESRCH' ? 'dead' : 'alive';
  }
}

/**
 * Linux: machine id, host name and process number space (two containers of one machine do not see each other's
 * processes), and the boot's id. Hashed, since the machine's id is confidential (machine-id(5)). Elsewhere there is
 * no boot id to read: a restart is then noticed by the process number only.
 */
const MACHINE = shortHash(
  [
    hostname(),
    orEmpty(() => readFileSync('/etc/machine-id', 'utf8')),
    orEmpty(() => readlinkSync('/proc/self/ns/pid')),
  ].join('\n'),
  8,
);
const BOOT = shortHash(
  orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  8,
);

function shortHash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
