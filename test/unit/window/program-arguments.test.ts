import { describe, expect, it } from 'vitest';
import { readProgramArguments } from '../../../main/window/program-arguments.ts';

const read = (words: readonly string[], more: Partial<Parameters<typeof readProgramArguments>[1]> = {}) =>
  readProgramArguments(words, {
    isFolderNamed: false,
    currentFolder: '/current',
    homeVariable: undefined,
    ...more,
  });

describe('what the program is started with', () => {
  it('is nothing, for most', () => {
    expect(read([])).toEqual({ isPractice: false, home: undefined, file: undefined });
  });

  it('is a file to open, which is found from where the user is', () => {
    expect(read(['backup.sealed']).file).toBe('/current/backup.sealed');
    expect(read(['/media/stick/a b.sealed']).file).toBe('/media/stick/a b.sealed');
    expect(read(['--', 'backup.sealed']).file).toBe('/current/backup.sealed');
  });

  it('is a file that the desktop names by its URL', () => {
    expect(read(['file:///media/stick/a%20b.strongroom']).file).toBe('/media/stick/a b.strongroom');
    expect(read(['file://another-machine/b.strongroom']).file).toBeUndefined();
    expect(read(['file:///a%2Fb']).file).toBeUndefined();
    expect(read(['file://another-machine/b', '/media/b']).file).toBe('/media/b');
  });

  it("is not the program's own folder, nor a URL", () => {
    expect(read(['/checkout', '--practice'], { isFolderNamed: true }).file).toBeUndefined();
    expect(read(['--inspect=0', '/checkout', 'b.sealed'], { isFolderNamed: true }).file).toBe(
      '/current/b.sealed',
    );
    expect(read(['strongroom://restore/backup']).file).toBeUndefined();
  });

  it("passes over Chromium's switches", () => {
    expect(read(['--no-sandbox', '--remote-debugging-port=0', '--practice', 'b.sealed'])).toEqual({
      isPractice: true,
      home: undefined,
      file: '/current/b.sealed',
    });
  });

  it('is a home: the one that is named, else that of STRONGROOM_HOME', () => {
    expect(read([], { homeVariable: '/of/variable' }).home).toBe('/of/variable');
    expect(read(['--home=mine'], { homeVariable: '/of/variable' }).home).toBe('/current/mine');
    expect(read(['--home='], { homeVariable: '' }).home).toBeUndefined();
  });
});
