import { StrongroomError } from '../../shared/domain/errors.ts';
import type { PassphraseSources } from '../strongroom.ts';
import { neutralise } from './terminal-text.ts';

/** Asks on the terminal without echo; undefined where there is no terminal. */
export type AskHidden = ((question: string) => Promise<string>) | undefined;

/**
 * Where operators' passphrases come from: the file of --passphrase-file for the operator who calls, else the terminal. A
 * new one is typed twice.
 * @param operatorName of --operator; absent while a home makes its first operator, whose passphrase the file is then.
 * @param beforeAsking called when a person is asked next: whatever is being drawn on the terminal must stop.
 */
export function passphraseSources(
  operatorName: string | undefined,
  file: string | undefined,
  readFile: (path: string) => Promise<string>,
  ask: AskHidden,
  beforeAsking: () => void,
): PassphraseSources {
  let hasSignedIn = false;
  return async (purpose) => {
    // Who has signed in with the file and sets a new passphrase does not mean the old one again.
    const isCaller =
      operatorName === undefined ||
      (isSameName(purpose.operatorName, operatorName) && !(purpose.isNew && hasSignedIn));
    if (!purpose.isNew) hasSignedIn = true;
    if (file !== undefined && isCaller) return readFile(file);
    if (ask === undefined) {
      throw new StrongroomError(
        'NotAuthenticated',
        `The passphrase of ${purpose.operatorName} is needed, and there is no terminal to ask on.`,
        purpose.isNew && !isCaller
          ? 'Name a file with it: --new-passphrase-file PATH.'
          : 'Name a file with it: --passphrase-file PATH, or STRONGROOM_PASSPHRASE_FILE.',
        { reason: 'PassphraseNeeded' },
      );
    }
    beforeAsking();
    const name = neutralise(purpose.operatorName);
    if (!purpose.isNew) return ask(`Passphrase of ${name}: `);
    const first = await ask(`New passphrase of ${name}, at least 12 characters: `);
    if ((await ask('The same again: ')) === first) return first;
    throw new StrongroomError(
      'InvalidParameter',
      'The two passphrases differ. Nothing was changed.',
      'Run it again and type the same one twice.',
      { reason: 'PassphrasesDiffer' },
    );
  };
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
