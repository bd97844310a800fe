import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Software modules that anybody can practise with; a real token's module comes from its vendor. */
export const KNOWN_VENDORS = ['SoftHSM', 'NSS'] as const;
export type KnownVendor = (typeof KNOWN_VENDORS)[number];

interface Library {
  readonly fileNames: readonly string[];
  /** Set to a path, it stands before every other place. */
  readonly variable: string;
  /** Below a library folder. */
  readonly folders: readonly string[];
}

const LIBRARIES: Readonly<Record<KnownVendor, Library>> = {
  SoftHSM: {
    fileNames: ['libsofthsm2.so', 'softhsm2-x64.dll'],
    variable: 'STRONGROOM_SOFTHSM_MODULE',
    folders: ['softhsm', 'pkcs11', '.'],
  },
  NSS: {
    fileNames: ['libsoftokn3.so', 'libsoftokn3.dylib', 'softokn3.dll'],
    variable: 'STRONGROOM_NSS_MODULE',
    folders: ['.', 'nss', 'nspr'],
  },
};

const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/local/lib64',
  '/opt/homebrew/lib',
  '/opt/local/lib',
];
const MORE_FOLDERS = ['/opt/homebrew/opt/nss/lib', '/usr/local/opt/nss/lib', 'C:\\SoftHSM2\\lib'];

/** The software modules on this machine, one for each vendor that is there. */
export function findKnownModules(): readonly { readonly vendor: KnownVendor; readonly path: string }[] {
  return KNOWN_VENDORS.flatMap((vendor) => {
    const found = findKnownModule(vendor);
    return found === undefined ? [] : [{ vendor, path: found }];
  });
}

/** @returns the path of the vendor's module, or undefined. */
export function findKnownModule(vendor: KnownVendor): string | undefined {
  const { fileNames, variable, folders } = LIBRARIES[vendor];
  const stated = process.env[variable];
  if (stated !== undefined && stated !== '') return isFile(stated) ? stated : undefined;
  const places = [
    ...libraryFolders().flatMap((folder) => folders.map((below) => path.join(folder, below))),
    ...MORE_FOLDERS,
  ];
  return places.flatMap((place) => fileNames.map((name) => path.join(place, name))).find(isFile);
}

/** Debian keeps libraries in a folder for each architecture, such as /usr/lib/x86_64-linux-gnu. */
function libraryFolders(): readonly string[] {
  return LIBRARY_FOLDERS.flatMap((folder) => [folder, ...multiarchFolders(folder)]);
}

function multiarchFolders(folder: string): readonly string[] {
  try {
    const architecture = { x64: 'x86_64', arm64: 'aarch64', arm: 'arm', riscv64: 'riscv64' }[
      process.arch as string
    ];
    return readdirSync(folder)
      .filter(
        (name) => architecture !== undefined && name.startsWith(architecture) && name.includes('-linux-'),
      )
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
