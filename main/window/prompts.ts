import { BrowserWindow, ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebPreferences } from 'electron';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { PROMPT_CHANNEL_ARGUMENT } from '../../shared/contract/prompt.ts';
import type { PromptQuestion } from '../../shared/contract/prompt.ts';
import { BUNDLE_ORIGIN } from './bundle-files.ts';

const PROMPT_URL = `${BUNDLE_ORIGIN}/prompt.html`;

/** The longest passphrase has 1024 characters, of four bytes of UTF-8 at the most. */
const LONGEST_SECRET = 4096;

const TITLES = { pin: 'Token PIN', passphrase: 'Passphrase', share: 'Recovery share' } as const;

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('question') }),
  z.strictObject({
    kind: z.literal('answer'),
    secret: z
      .instanceof(Uint8Array)
      .refine((bytes) => bytes.length <= LONGEST_SECRET)
      .nullable(),
  }),
]);

/**
 * Asks for PINs, passphrases and shares, each in a small window of its own that is gone with the answer (rule R71). The page of
 * the main window has no part in it. One question at a time: two at once could be taken for each other.
 */
export class Prompts {
  readonly #parent: () => BrowserWindow | undefined;
  readonly #webPreferences: WebPreferences;
  #turn: Promise<unknown> = Promise.resolve();
  /** Raised by cancelAll: questions that were waiting before are not asked any more. */
  #round = 0;
  #open: BrowserWindow | undefined;

  constructor(parent: () => BrowserWindow | undefined, webPreferences: WebPreferences) {
    this.#parent = parent;
    this.#webPreferences = webPreferences;
  }

  /** @returns UTF-8, the caller's to wipe; undefined: the user did not want to. */
  ask(question: PromptQuestion): Promise<Uint8Array | undefined> {
    const round = this.#round;
    const asked = this.#turn.then(() => (round === this.#round ? this.#ask(question) : undefined));
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  /** Takes back what is asked and what waits to be. */
  cancelAll(): void {
    this.#round += 1;
    this.#open?.destroy();
  }

  async #ask(question: PromptQuestion): Promise<Uint8Array | undefined> {
    const channel = `strongroom:prompt:${randomBytes(16).toString('hex')}`;
    const parent = this.#parent();
    const prompt = new BrowserWindow({
      ...(parent === undefined ? {} : { parent, modal: true }),
      title: TITLES[question.kind],
      width: question.kind === 'share' ? 600 : 480,
      height: 460,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      show: false,
      webPreferences: {
        ...this.#webPreferences,
        devTools: false,
        additionalArguments: [`${PROMPT_CHANNEL_ARGUMENT}${channel}`],
      },
    });
    this.#open = prompt;
    prompt.setMenuBarVisibility(false);
    prompt.setContentProtection(true);
    prompt.once('ready-to-show', () => {
      prompt.show();
    });
    try {
      return await new Promise<Uint8Array | undefined>((resolve, reject) => {
        prompt.once('closed', () => {
          resolve(undefined);
        });
        ipcMain.handle(channel, (event, message: unknown) => {
          if (!isOfPrompt(event, prompt)) throw new Error('refused');
          const parsed = messageSchema.parse(message);
          if (parsed.kind === 'question') return question;
          ipcMain.removeHandler(channel);
          resolve(parsed.secret ?? undefined);
          return undefined;
        });
        prompt.loadURL(PROMPT_URL).catch((failure: unknown) => {
          // Closed while it was loading: that is an answer, and has been taken for one.
          if (!prompt.isDestroyed()) reject(failure instanceof Error ? failure : new Error('no prompt'));
        });
      });
    } finally {
      ipcMain.removeHandler(channel);
      this.#open = undefined;
      prompt.destroy();
    }
  }
}

function isOfPrompt({ sender, senderFrame }: IpcMainInvokeEvent, prompt: BrowserWindow): boolean {
  return (
    !prompt.isDestroyed() &&
    sender === prompt.webContents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.url === PROMPT_URL
  );
}
