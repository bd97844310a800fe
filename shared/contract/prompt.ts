/**
 * What the small window that asks for a PIN or a passphrase and main say to each other (rule R71). What is entered goes
 * over a channel of its own, which is named at random, takes one answer, and is gone.
 */

export type PromptQuestion =
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

/** `window.strongroomPrompt`: all that the page of the prompt has of the world outside it. */
export interface PromptBridge {
  question(): Promise<PromptQuestion>;
  /** @param secret UTF-8; null: the user does not want to. Main closes the window then. */
  answer(secret: Uint8Array | null): Promise<void>;
}

/** Where main tells the preload script the name of its channel: an argument of the page's process. */
export const PROMPT_CHANNEL_ARGUMENT = '--strongroom-prompt-channel=';
