import { describe, expect, it } from 'vitest';
import { COMMAND_LINE_SWITCH, launchedWords } from '../../../main/cli/launched-words.ts';

const PROGRAM = '/opt/Strongroom/strongroom';

describe('the words that the installed program was started with', () => {
  it('are a command behind the launcher’s switch, whatever they look like', () => {
    const words = ['vault', 'list', '--inspect', '--command-line', '--', '--output', 'json'];
    expect(
      launchedWords([
        PROGRAM,
        '--ozone-platform=headless',
        '--disable-gpu',
        COMMAND_LINE_SWITCH,
        '--',
        ...words,
      ]),
    ).toEqual(words);
    expect(launchedWords([PROGRAM, COMMAND_LINE_SWITCH, '--'])).toEqual([]);
  });

  it.each([
    ['nothing', []],
    ['a sealed backup', ['/media/stick/vault.strongroom']],
    ['switches of the window', ['--practice', '--home=/srv/home']],
    ['the switch alone', [COMMAND_LINE_SWITCH, 'vault', 'list']],
    ['the switch elsewhere', [COMMAND_LINE_SWITCH, '--practice', '--', 'vault', 'list']],
    ['an end of switches', ['--', 'vault', COMMAND_LINE_SWITCH]],
  ])('are the window’s with %s', (_name, words) => {
    expect(launchedWords([PROGRAM, ...words])).toBeUndefined();
  });
});
