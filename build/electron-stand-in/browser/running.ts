import { readFileSync } from 'node:fs';

/** Whether a process of that id runs, whoever owns it. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When the process began, in the kernel's ticks (field 22 of proc(5)'s stat): tells a process from a later one of the same id. */
export function startTimeOf(processId: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold blanks.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
