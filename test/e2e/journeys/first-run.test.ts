import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultEnvironment, faultModuleWithSettings } from '../../support/fault-module.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FirstRunPage } from '../pages/first-run-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';

const PASSPHRASE = 'correct horse battery staple';
const REALM = 'Example Bank';

/** One first run that goes wrong wherever it can, and is put right each time without beginning anew. */
describe('the first run, by keyboard alone', { timeout: 60_000 }, () => {
  let folder: string;
  let fra: PracticeToken;
  /** Path of a module whose tokens are the real ones, but wrap no key. */
  let unfitModule: string;
  let window: StrongroomWindow;
  let page: FirstRunPage;

  beforeAll(async () => {
    folder = practiceTokenFolder();
    unfitModule = join(folder, 'unfit-token.so');
    await copyFile(faultModuleWithSettings(), unfitModule);
    fra = await practiceToken('SoftHSM', { label: 'fra' });
    await practiceToken('SoftHSM', { label: 'zrh', beside: fra });
    const settings = faultEnvironment(fra.reference.modulePath, { call: 'C_WrapKey', kind: 'unsupported' });
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    await writeFile(`${unfitModule}.settings`, `${lines.join('\n')}\n`);
    window = await StrongroomWindow.launch({ environment: fra.environment });
    page = new FirstRunPage(window);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await fra.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('begins by itself in a home without a realm', async () => {
    await page.page.getByRole('heading', { level: 1, name: 'Get started' }).waitFor();
    await page.choose('How do you want to begin?', /Create a realm/);
    await page.press('Continue');
    await page.step('Token');
  });

  it('rule R4: a token that lacks what backup needs is refused before anything is made, and another is chosen', async () => {
    await page.choose('Token software (PKCS#11 module)', /Another module/);
    await page.type('Module library', unfitModule);
    await page.press('Show its tokens');
    await page.choose('Token', /fra/);
    await page.press('Try this token');
    await page.typeSecret(fra.pin);
    await page.step('What it can do');
    const text = await page.page.getByRole('main').innerText();
    expect(text).toContain('cannot be used: it lacks what backup needs');
    expect(text).toContain('AES key wrap with padding as RFC 5649 says');
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.press('Back');
    await page.choose('Token software (PKCS#11 module)', /SoftHSM/);
    await page.choose('Token', /fra/);
  });

  it('rule R71: a wrong PIN is told, tried once only, and the right one goes on from there', async () => {
    await page.press('Try this token');
    await page.typeSecret('0000-wrong');
    expect(await page.error()).toContain('PinIncorrect');
    expect(await page.currentStep()).toBe('Token');
    await page.press('Try this token');
    const prompt = await window.prompt();
    expect(await prompt.getByRole('heading').innerText()).toContain('fra');
    await page.typeSecret(fra.pin);
    await page.step('What it can do');
    const text = await page.page.getByRole('main').innerText();
    expect(text).toContain('can do all that backup needs');
    expect(text).toContain("Whoever holds this token's PIN can extract its keys");
    await page.press('Continue');
  });

  it('says what is wrong with a name while it is typed', async () => {
    await page.type('Name of the realm', REALM);
    await page.type('Name of the tenancy', REALM);
    await page.type('Region identifier', 'frankfurt');
    expect(await page.page.getByText('It must look like eu-frankfurt-1.').isVisible()).toBe(true);
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.type('Region identifier', 'eu-frankfurt-1');
    await page.press('Continue');
    await page.type('Your name as operator', 'chief.officer');
    await page.press('Continue');
    await page.step('Review');
  });

  it('rule R62: without a passphrase nothing is written, and the journey goes on from its review', async () => {
    await page.press('Create the realm');
    await page.refuseSecret();
    expect(await page.error()).toContain('PassphraseEntryCancelled');
    const before = await window.call('session.get', {});
    expect(before.realm).toBeUndefined();
    expect(before.hasOperators).toBe(false);
    await page.press('Create the realm');
    await page.typeSecret(PASSPHRASE, 2);
    await page.typeSecret(fra.pin);
    await page.result(`The realm ${REALM} was created.`);
  });

  it('rules R1, R62: the result says what the realm rests on, and the home has its administrator', async () => {
    const text = await page.page.getByRole('main').innerText();
    expect(text).toContain('proven to exist on 1 token only');
    expect(text).toContain('No recovery kit is confirmed');
    expect(text).not.toContain('region enrol-request');
    const session = await window.call('session.get', {});
    expect(session.operator?.name).toBe('chief.officer');
    expect(session.realm?.name).toBe(REALM);
    const { data } = await window.call('region.list', {});
    expect(data.map(({ regionId, regionKey, token }) => [regionId, regionKey, token.tokenLabel])).toEqual([
      ['eu-frankfurt-1', 'FRA', 'fra'],
    ]);
    await page.press('Enrol a second token');
    await page.page.getByRole('heading', { level: 1, name: 'Enrol a token' }).waitFor();
  });
});
