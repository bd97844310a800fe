import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { PromptQuestion } from '../../shared/contract/prompt.ts';
import { PASSPHRASE } from '../support/operators.ts';
import { practiceToken } from '../support/practice-tokens.ts';
import type { PracticeToken } from '../support/practice-tokens.ts';
import { StrongroomWindow } from './support/launch-window.ts';

const ADMINISTRATOR = 'anna';
const FRA = 'eu-frankfurt-1';
const preload = join(fileURLToPath(new URL('../..', import.meta.url)), 'out/preload/prompt.cjs');

let token: PracticeToken;
let strongroom: StrongroomWindow;

beforeAll(async () => {
  token = await practiceToken('SoftHSM', { label: 'fra' });
  strongroom = await StrongroomWindow.launch({ environment: token.environment });
}, 120_000);

afterAll(async () => {
  await strongroom.close();
  await token.remove();
}, 60_000);

const heading = async (): Promise<string> => (await strongroom.prompt()).locator('h1').innerText();

/** How many windows there are, for the program and for the test that drives it. */
const openWindows = async (): Promise<number> =>
  Math.max(
    await strongroom.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
    strongroom.app.windows().length,
  );

describe('the window that asks (rule R71)', () => {
  it('asks for a new passphrase twice and says whose it is, then for the PIN of the token', async () => {
    const creating = strongroom.call('realm.create', {
      name: 'Realm',
      tenancyName: 'Tenancy',
      region: FRA,
      module: token.reference.modulePath,
      tokenLabel: token.reference.tokenLabel,
      administrator: ADMINISTRATOR,
    });
    expect(await heading()).toBe(`New passphrase of ${ADMINISTRATOR}`);
    const page = await strongroom.prompt();
    const [first, again] = await page.locator('input[type=password]').all();
    for (const [one, other, flaw] of [
      ['', '', 'Nothing was entered.'],
      ['too short', 'too short', 'The passphrase is shorter than 12 characters.'],
      [PASSPHRASE, `${PASSPHRASE}!`, 'The two passphrases differ.'],
    ] as const) {
      await first!.fill(one);
      await again!.fill(other);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.getByRole('alert').innerText()).toBe(flaw);
    }
    await strongroom.enterSecret(PASSPHRASE);
    expect(await heading()).toBe('PIN of the token fra');
    expect(await (await strongroom.prompt()).locator('body').innerText()).toContain(`Region ${FRA}`);
    await strongroom.enterSecret(token.pin);
    expect((await creating).realm.name).toBe('Realm');
    await expect.poll(openWindows).toBe(1);
  }, 120_000);

  it('is taken back by a lock, by its Cancel and by Escape: nothing was tried then', async () => {
    await strongroom.call('session.lock', {});
    const take: (() => Promise<unknown>)[] = [
      () => strongroom.call('session.lock', {}),
      () => strongroom.cancelPrompt(),
      // The window is gone with the key's press: its release has no page any more.
      async () => (await strongroom.prompt()).keyboard.press('Escape').catch(() => undefined),
    ];
    for (const takeBack of take) {
      const signingIn = strongroom.call('session.sign-in', { operatorName: ADMINISTRATOR });
      const refusal = signingIn.then(() => 'answered', String);
      expect(await heading()).toBe(`Passphrase of ${ADMINISTRATOR}`);
      await takeBack();
      expect(await refusal).toContain('PassphraseEntryCancelled');
      await expect.poll(openWindows).toBe(1);
    }
    const signingIn = strongroom.call('session.sign-in', { operatorName: ADMINISTRATOR });
    await strongroom.enterSecret(PASSPHRASE);
    expect((await signingIn).operator).toEqual({ name: ADMINISTRATOR });
  }, 120_000);

  it('tries a wrong PIN once, and says so when it asks again', async () => {
    const wrong = strongroom.call('region.probe', { region: FRA });
    const refusal = wrong.then(() => 'answered', String);
    await strongroom.enterSecret('0000000');
    expect(await refusal).toContain('PinIncorrect');
    await expect.poll(openWindows).toBe(1);
    const right = strongroom.call('region.probe', { region: FRA });
    const warning = (await strongroom.prompt()).getByText('A wrong PIN was entered since the last right one');
    await warning.waitFor();
    await strongroom.enterSecret(token.pin);
    await right;
  }, 120_000);

  it('has a page that can ask its question and give its answer, and nothing else', async () => {
    await strongroom.call('session.lock', {});
    const signingIn = strongroom.call('session.sign-in', { operatorName: ADMINISTRATOR });
    const refusal = signingIn.then(() => 'answered', String);
    const page = await strongroom.prompt();
    expect(
      await page.evaluate<unknown>(`({
        bridge: Object.entries(strongroomPrompt).map(([name, value]) => name + ' ' + typeof value).sort(),
        absent: ['strongroom', 'require', 'process', 'ipcRenderer'].filter((name) => name in globalThis),
      })`),
    ).toEqual({ bridge: ['answer function', 'question function'], absent: [] });
    expect(await strongroom.page.evaluate<boolean>("'strongroomPrompt' in globalThis")).toBe(false);
    // What is not an answer is refused, and the question stays.
    expect(
      await page.evaluate<string>("strongroomPrompt.answer('text').then(() => 'taken', () => 'refused')"),
    ).toBe('refused');
    // Of two answers at once one counts: the channel is gone with it, and the window too.
    await page
      .evaluate(
        'void Promise.all([strongroomPrompt.answer(null), strongroomPrompt.answer(new Uint8Array(9))])',
      )
      .catch(() => undefined);
    expect(await refusal).toContain('PassphraseEntryCancelled');
    expect((await strongroom.call('session.get', {})).operator).toBeUndefined();
    await expect.poll(openWindows).toBe(1);
  }, 120_000);
});

/**
 * The page of the prompt with a question of our own: SoftHSM never says that a try is the final one. Main's side of that is
 * in asked-pin.test.ts.
 */
describe('the page that asks, where one more wrong PIN locks the token (rule R71)', () => {
  const finalTry: PromptQuestion = {
    kind: 'pin',
    tokenLabel: 'Vault token',
    tokenSerial: '42',
    regionId: FRA,
    isCountLow: true,
    isFinalTry: true,
  };

  afterEach(async () => {
    await strongroom.app.evaluate(({ BrowserWindow }) => {
      for (const each of BrowserWindow.getAllWindows()) {
        if (each.webContents.getURL().endsWith('/prompt.html')) each.destroy();
      }
    });
  });

  /** @returns the page, and what it has answered so far: nothing, or bytes as text. */
  async function asked(question: PromptQuestion): Promise<{ page: Page; answered: () => Promise<string[]> }> {
    await strongroom.app.evaluate(
      ({ BrowserWindow, ipcMain, session }, given) => {
        const channel = 'test:prompt';
        const kept = globalThis as { answers?: string[] };
        kept.answers = [];
        ipcMain.removeHandler(channel);
        ipcMain.handle(channel, (_event, message: { kind: string; secret?: Uint8Array | null }) => {
          if (message.kind === 'question') return given.question;
          kept.answers?.push(
            message.secret instanceof Uint8Array ? new TextDecoder().decode(message.secret) : 'cancelled',
          );
          return undefined;
        });
        const page = new BrowserWindow({
          webPreferences: {
            session: session.fromPartition('strongroom'),
            preload: given.preload,
            sandbox: true,
            contextIsolation: true,
            additionalArguments: [`--strongroom-prompt-channel=${channel}`],
          },
        });
        void page.loadURL('app://bundle/prompt.html');
      },
      { question, preload },
    );
    return {
      page: await strongroom.prompt(),
      answered: () => strongroom.app.evaluate(() => (globalThis as { answers?: string[] }).answers ?? []),
    };
  }

  it('takes the PIN only with the label of the token, typed as it is', async () => {
    const { page, answered } = await asked(finalTry);
    await page.getByText('One more wrong PIN locks this token').waitFor();
    const submit = page.locator('button[type=submit]');
    await page.locator('input[type=password]').fill('1234');
    for (const label of ['', 'vault token', 'Vault token ']) {
      await page.getByLabel(/Label of the token/).fill(label);
      expect(await submit.isDisabled()).toBe(true);
      await page.keyboard.press('Enter');
    }
    expect(await answered()).toEqual([]);
    await page.getByLabel(/Label of the token/).fill('Vault token');
    await submit.click();
    await expect.poll(answered).toEqual(['1234']);
    expect(await page.locator('input[type=password]').inputValue()).toBe('');
  }, 120_000);
});
