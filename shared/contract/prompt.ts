/**
 * What the small window that asks for a PIN, a passphrase or a share and main say to each other (rule R71). What is entered goes
 * over a channel of its own, which is named at random, takes one answer, and is gone.
 */

/** One line that is not shown while it is typed. */
export type LineQuestion =
  | {
      readonly kind: 'pin';
      readonly tokenLabel: string;
      readonly tokenSerial: string;
      readonly regionId?: string;
      /** A wrong PIN was entered since the last right one. */
      readonly isCountLow: boolean;
      /** One more wrong PIN locks the token: its label must be typed to go on. */
      readonly isFinalTry: boolean;
    }
  | {
      readonly kind: 'passphrase';
      readonly operatorName: string;
      /** One that is set now: it is typed twice. */
      readonly isNew: boolean;
    };

/** A custodian's share of a recovery kit, several lines copied from paper (rule R5). */
export interface ShareQuestion {
  readonly kind: 'share';
  /** What was wrong with it as it was typed before, in words that follow "the share"; then it can be put right. */
  readonly before?: { readonly flaw: string; readonly typed: string };
}

export type PromptQuestion = LineQuestion | ShareQuestion;

/** `window.strongroomPrompt`: all that the page of the prompt has of the world outside it. */
export interface PromptBridge {
  question(): Promise<PromptQuestion>;
  /** @param secret UTF-8; null: the user does not want to. Main closes the window then. */
  answer(secret: Uint8Array | null): Promise<void>;
}

/** Where main tells the preload script the name of its channel: an argument of the page's process. */
export const PROMPT_CHANNEL_ARGUMENT = '--strongroom-prompt-channel=';
