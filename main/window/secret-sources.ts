import { StrongroomError } from '../../shared/domain/errors.ts';
import type { PassphraseSources, PinSources } from '../strongroom.ts';
import type { PromptQuestion } from '../../shared/contract/prompt.ts';

/** Asks one question. @returns UTF-8, the caller's to wipe; undefined: the user did not want to. */
type Ask = (question: PromptQuestion) => Promise<Uint8Array | undefined>;

/** PINs that a person enters in the window; each goes straight on to the token's process (rule R71). */
export function pinsAsked(ask: Ask): PinSources {
  return ({ regionId }) => ({
    kind: 'asked',
    ask: (token) =>
      ask({
        kind: 'pin',
        tokenLabel: token.label,
        tokenSerial: token.serial,
        ...(regionId === undefined ? {} : { regionId }),
        isCountLow: token.isPinCountLow,
        isFinalTry: token.isPinFinalTry,
      }),
  });
}

/** Passphrases that a person enters in the window (rule R62); a new one is typed twice there. */
export function passphrasesAsked(ask: Ask): PassphraseSources {
  return async ({ operatorName, isNew }) => {
    const bytes = await ask({ kind: 'passphrase', operatorName, isNew });
    if (bytes === undefined) {
      throw new StrongroomError(
        'NotAuthenticated',
        `The passphrase of ${operatorName} was not entered; nothing was tried and nothing was changed.`,
        'Try again and enter it.',
        { reason: 'PassphraseEntryCancelled' },
      );
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } finally {
      bytes.fill(0);
    }
  };
}
