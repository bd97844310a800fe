import { execFileSync } from 'node:child_process';

/** A namespace of its own has no interface, not even an address on loopback; its tables list its own sockets only. */
export const NAMESPACE = ['unshare', '-n'] as const;

/** Whether this machine lets us make one; root may, in most containers. */
export function mayUnshareNetwork(): boolean {
  const [program, ...flags] = NAMESPACE;
  try {
    execFileSync(program, [...flags, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
