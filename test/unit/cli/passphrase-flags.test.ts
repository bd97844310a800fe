import { describe, expect, it } from 'vitest';
import { passphraseSources } from '../../../main/cli/passphrase-flags.ts';

const readFile = (path: string): Promise<string> => Promise.resolve(`content of ${path}`);
const mine = (isNew: boolean) => ({ operatorName: 'Officer', isNew });

describe('rule R62: where passphrases come from', () => {
  it('the file is the caller’s, also for the first operator of a home', async () => {
    const source = passphraseSources('officer', 'file', readFile, undefined, () => undefined);
    expect(await source(mine(false))).toBe('content of file');
    const first = passphraseSources('officer', 'file', readFile, undefined, () => undefined);
    expect(await first(mine(true))).toBe('content of file');
    const unnamed = passphraseSources(undefined, 'file', readFile, undefined, () => undefined);
    expect(await unnamed(mine(true))).toBe('content of file');
  });

  it('a new one for oneself or for another is not the old one: it is asked for twice, or must have a file', async () => {
    const answers = ['a new passphrase', 'a new passphrase', 'one', 'two'];
    const ask = (): Promise<string> => Promise.resolve(answers.shift() ?? '');
    const source = passphraseSources('officer', 'file', readFile, ask, () => undefined);
    await source(mine(false));
    expect(await source(mine(true))).toBe('a new passphrase');
    await expect(source({ operatorName: 'clerk', isNew: true })).rejects.toMatchObject({
      reason: 'PassphrasesDiffer',
    });
    const noTerminal = passphraseSources('officer', 'file', readFile, undefined, () => undefined);
    await noTerminal(mine(false));
    for (const operatorName of ['officer', 'clerk']) {
      await expect(noTerminal({ operatorName, isNew: true })).rejects.toMatchObject({
        reason: 'PassphraseNeeded',
        next: expect.stringContaining('--new-passphrase-file') as string,
      });
    }
  });
});
