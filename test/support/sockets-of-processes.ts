import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Where the kernel lists a namespace's sockets of the internet families, and those that see whole packets. */
const NETWORK_TABLES = [
  'tcp',
  'tcp6',
  'udp',
  'udp6',
  'udplite',
  'udplite6',
  'raw',
  'raw6',
  'icmp',
  'icmp6',
  'packet',
];

/** The rows of a namespace's tables, told by any process in it: `tcp: ...`. */
export function networkSockets(processId: number): string[] {
  return NETWORK_TABLES.flatMap((table) =>
    rowsOf(`/proc/${processId}/net/${table}`).map((row) => `${table}: ${row}`),
  );
}

/**
 * Sockets that the processes hold and that are neither Unix sockets nor netlink's. Among them are those that are not bound or
 * connected yet, which no table lists.
 */
export function nonLocalSockets(processIds: readonly number[]): string[] {
  const held = processIds.flatMap(socketsOf);
  // Read after what is held: a socket that was there before and still is has to be in them.
  const local = new Set(processIds.concat(process.pid).flatMap(localSockets));
  return held
    .filter(({ inode, path }) => !local.has(inode) && inodeAt(path) === inode)
    .map(({ inode, path }) => `${path}: socket ${inode}`);
}

function socketsOf(processId: number): { path: string; inode: string }[] {
  return namesIn(`/proc/${processId}/fd`).flatMap((name) => {
    const path = `/proc/${processId}/fd/${name}`;
    const inode = inodeAt(path);
    return inode === undefined ? [] : [{ path, inode }];
  });
}

/** Inodes of a namespace's Unix and netlink sockets. */
function localSockets(processId: number): string[] {
  return [
    ...rowsOf(`/proc/${processId}/net/unix`).map((row) => row.split(/\s+/)[6] ?? ''),
    ...rowsOf(`/proc/${processId}/net/netlink`).map((row) => row.split(/\s+/).at(-1) ?? ''),
  ];
}

function inodeAt(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
  } catch {
    // Closed meanwhile.
    return undefined;
  }
}

function rowsOf(table: string): string[] {
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((row) => row.trim())
      .filter(Boolean);
  } catch {
    // The process is gone, or this kernel has no such family.
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
