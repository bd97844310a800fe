import { resolve } from 'node:path';
import { KNOWN_REGION_KEYS } from '../../shared/domain/region.ts';
import type { PinSources } from '../strongroom.ts';
import { neutralise } from './terminal-text.ts';
import { UsageError } from './usage-error.ts';

/** PIN files by what they were named for: a region identifier, its short key, or a token's label. */
export type PinFiles = ReadonlyMap<string, string>;

const PIN_FILE_VARIABLE = 'STRONGROOM_PIN_FILE_';

/**
 * Reads the values of --pin-file. They name files and are never a PIN themselves, which other users of the machine could
 * see (rule R71). A value that is refused is not repeated: it may be a PIN that was typed in the wrong place.
 */
export function parsePinFiles(values: readonly string[], currentFolder: string): PinFiles {
  const files = new Map<string, string>();
  for (const value of values) {
    const equals = value.indexOf('=');
    const key = value.slice(0, Math.max(0, equals));
    const path = value.slice(equals + 1);
    if (equals === -1 || key === '' || path === '') {
      throw new UsageError(
        'InvalidParameter',
        'A value of --pin-file is not REGION=PATH.',
        'Write the region, an equals sign and the path of a file with the PIN: --pin-file FRA=/path/of/pin.',
        { reason: 'PinFileFlag' },
      );
    }
    if (files.has(key)) {
      throw new UsageError('InvalidParameter', `--pin-file names two files for ${key}.`, 'Give it once.', {
        reason: 'FlagRepeated',
      });
    }
    files.set(key, resolve(currentFolder, path));
  }
  return files;
}

/**
 * Where PINs come from: a file of --pin-file, else one that STRONGROOM_PIN_FILE_<KEY> names (KEY: the region's short
 * key), else the terminal, where the token's own process asks (rule R71).
 * @param beforeAsking called when a person may be asked next: whatever is being drawn on the terminal must stop.
 */
export function pinSources(
  files: PinFiles,
  environment: Readonly<Record<string, string | undefined>>,
  currentFolder: string,
  beforeAsking: () => void,
): PinSources {
  return ({ regionId, regionKey = KNOWN_REGION_KEYS[regionId ?? ''], tokenLabel }) => {
    const given = [regionId, regionKey, regionKey?.toLowerCase(), tokenLabel].find(
      (name) => name !== undefined && files.has(name),
    );
    const variable = regionKey === undefined ? undefined : environment[`${PIN_FILE_VARIABLE}${regionKey}`];
    const path = given === undefined ? variable : files.get(given);
    if (path !== undefined && path !== '') return { kind: 'file', path: resolve(currentFolder, path) };
    beforeAsking();
    const where = regionId === undefined ? '' : ` (region ${regionId})`;
    return { kind: 'terminal', prompt: neutralise(`PIN of the token ${tokenLabel}${where}:`) };
  };
}
