import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsSchema } from '../../shared/contract/window-contract.ts';
import type { Settings } from '../../shared/contract/window-contract.ts';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

export const DEFAULT_SETTINGS: Settings = { theme: 'system', idleLockMinutes: 10 };

const NAME = 'window-settings.json';

/** The settings of a home. What is missing or unfit is as if never set: they guard nothing but comfort and the idle lock. */
export async function readSettings(homeFolder: string): Promise<Settings> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(join(homeFolder, NAME), 'utf8'));
  } catch {
    return DEFAULT_SETTINGS;
  }
  const { shape } = settingsSchema;
  const stated = typeof document === 'object' && document !== null ? (document as Partial<Settings>) : {};
  return {
    theme: shape.theme.safeParse(stated.theme).data ?? DEFAULT_SETTINGS.theme,
    idleLockMinutes:
      shape.idleLockMinutes.safeParse(stated.idleLockMinutes).data ?? DEFAULT_SETTINGS.idleLockMinutes,
  };
}

/** @throws StrongroomError NotAuthorized, reason `SettingsNotWritten`; the former settings stay then. */
export async function writeSettings(homeFolder: string, settings: Settings): Promise<void> {
  const path = join(homeFolder, NAME);
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(temporary, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: 0o600 });
    // Renamed into place, so that nobody reads half of it.
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new StrongroomError(
      'NotAuthorized',
      `The settings could not be written to ${path} (${errnoOf(cause) ?? 'no reason given'}).`,
      'Check that the disk of the home is not full and that this user may write to it.',
      { reason: 'SettingsNotWritten', cause },
    );
  }
}
