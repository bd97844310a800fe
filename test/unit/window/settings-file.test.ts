import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, readSettings, writeSettings } from '../../../main/window/settings-file.ts';

describe('the settings of a home', () => {
  let home: string;
  const file = (): string => join(home, 'window-settings.json');

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'strongroom-settings-'));
  });

  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('are the default ones until they are set, and then what was set, for their owner only', async () => {
    expect(await readSettings(home)).toEqual(DEFAULT_SETTINGS);
    await writeSettings(home, { theme: 'dark', idleLockMinutes: 3 });
    expect(await readSettings(home)).toEqual({ theme: 'dark', idleLockMinutes: 3 });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['window-settings.json']);
  });

  it.each([
    ['damaged', '{"theme": "da'],
    ['no settings', '[]'],
    ['nothing', 'null'],
  ])('are the default ones where the file is %s', async (_what, text) => {
    writeFileSync(file(), text);
    expect(await readSettings(home)).toEqual(DEFAULT_SETTINGS);
  });

  it('rule R71: an idle lock that nobody may set is not believed, and what fits is kept', async () => {
    for (const idleLockMinutes of [0, 61, 100_000, 1.5, '5', null]) {
      writeFileSync(file(), JSON.stringify({ theme: 'light', idleLockMinutes, more: true }));
      expect(await readSettings(home)).toEqual({ ...DEFAULT_SETTINGS, theme: 'light' });
    }
  });

  it('stay what they were where they cannot be written', async () => {
    await writeSettings(home, { theme: 'dark', idleLockMinutes: 3 });
    const before = readFileSync(file(), 'utf8');
    const gone = join(home, 'gone');
    await expect(writeSettings(gone, DEFAULT_SETTINGS)).rejects.toMatchObject({
      code: 'NotAuthorized',
      reason: 'SettingsNotWritten',
    });
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });
});
