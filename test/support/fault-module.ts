import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = `${root}test/support/pkcs11-fault-shim/shim.c`;

export interface Fault {
  readonly call:
    | 'C_Initialize'
    | 'C_Login'
    | 'C_GenerateKey'
    | 'C_GenerateKeyPair'
    | 'C_WrapKey'
    | 'C_UnwrapKey'
    | 'C_Decrypt'
    | 'C_DestroyObject';
  readonly kind:
    'hang' | 'crash' | 'abort' | 'removed' | 'vendor' | 'short' | 'slow' | 'hold' | 'wrong' | 'unsupported';
  /** At the n-th such call of a process; the first unless told otherwise. */
  readonly at?: number;
  /** Path of a marker file: only one process meets the fault. */
  readonly once?: string;
  /** For `hold`: the call waits for as long as a file is at this path. */
  readonly whileThere?: string;
}

/** Builds the fault shim, once, with the compiler and the PKCS#11 headers that pkcs11js needs too. @returns its path. */
export function faultModulePath(): string {
  return buildForTests(source, 'pkcs11-fault-shim.so', ['-shared', '-fPIC']);
}

/**
 * Builds the shim in the form that takes its settings from the file beside it, which holds `faultEnvironment`'s variables,
 * one NAME=VALUE a line: the token's process of the whole program is given no such variables. @returns its path.
 */
export function faultModuleWithSettings(): string {
  const settings = `${root}test/support/pkcs11-fault-shim/settings-beside.c`;
  return buildForTests(settings, 'pkcs11-fault-shim-with-settings.so', ['-shared', '-fPIC', source]);
}

/** The variables that make the shim stand before a real module; to be given to the token's process. */
export function faultEnvironment(
  realModulePath: string,
  fault?: Fault,
  tracePath?: string,
): Record<string, string> {
  return {
    FAULT_MODULE: realModulePath,
    ...(fault === undefined ? {} : { FAULT_CALL: fault.call, FAULT_KIND: fault.kind }),
    ...(fault?.at === undefined ? {} : { FAULT_AT: String(fault.at) }),
    ...(fault?.once === undefined ? {} : { FAULT_ONCE: fault.once }),
    ...(fault?.whileThere === undefined ? {} : { FAULT_HOLD: fault.whileThere }),
    ...(tracePath === undefined ? {} : { FAULT_TRACE: tracePath }),
  };
}

/** Compiles a C file, with those among the flags, against pkcs11js's headers into out/test, unless what is there is newer. @returns its path. */
export function buildForTests(sourcePath: string, name: string, flags: readonly string[]): string {
  const folder = `${root}out/test`;
  const built = `${folder}/${name}`;
  const sources = [sourcePath, ...flags.filter((flag) => flag.endsWith('.c'))];
  const isNewer = (path: string): boolean => statSync(built).mtimeMs >= statSync(path).mtimeMs;
  if (existsSync(built) && sources.every(isNewer)) return built;
  mkdirSync(folder, { recursive: true });
  // Test files run side by side: each builds under its own name, and the last one stays.
  const temporary = `${built}.${process.pid}`;
  const headers = `${root}node_modules/pkcs11js/includes/pkcs11`;
  const compiler = process.env.CC ?? 'cc';
  execFileSync(compiler, [
    '-O2',
    '-Wall',
    '-Wextra',
    '-I',
    headers,
    ...flags,
    '-o',
    temporary,
    sourcePath,
    '-ldl',
  ]);
  renameSync(temporary, built);
  return built;
}
