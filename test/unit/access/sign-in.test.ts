import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Access } from '../../../main/access/access.ts';
import { lockMilliseconds } from '../../../main/access/sign-in-lock.ts';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import { newOcid } from '../../../main/operations/new-ocid.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { AccessHome } from '../../support/access-fixture.ts';
import { timeOf } from '../../support/catalog-fixture.ts';
import { OFFICER, PASSPHRASE, QUICK_ARGON2 } from '../../support/operators.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WRONG = 'not this passphrase';
const SECONDS = 1000;

async function refusal(attempt: Promise<unknown>): Promise<StrongroomError> {
  const thrown: unknown = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (thrown instanceof StrongroomError) return thrown;
  throw new Error(`it was not refused: ${String(thrown)}`);
}

const reasonOf = async (attempt: Promise<unknown>) => (await refusal(attempt)).reason;

async function homeWithOfficer(): Promise<AccessHome> {
  const home = new AccessHome();
  await home.administrator();
  return home;
}

/** Fails to sign in as often, each time after whatever lock there was. */
async function failTimes(home: AccessHome, times: number, name = OFFICER): Promise<void> {
  for (let done = 0; done < times; done += 1) {
    expect(await reasonOf(home.access.signIn(name, WRONG))).toBe('SignInFailed');
    home.time = new Date(home.time.getTime() + lockMilliseconds(done + 1));
  }
}

describe('rule R62: signing in', () => {
  it('takes the name in any case and the passphrase in any Unicode form', async () => {
    const home = await homeWithOfficer();
    expect((await home.access.signIn('OFFICER', PASSPHRASE)).name).toBe(OFFICER);
    const composed = 'schön gr\u00fcne Ångström';
    home.catalog.transaction(await home.access.prepareOperator('clerk', composed));
    await home.access.signIn('clerk', composed.normalize('NFD'));
    expect(await reasonOf(home.access.signIn('clerk', composed.toUpperCase()))).toBe('SignInFailed');
  });

  it('refuses a wrong passphrase and a name that nobody has in the same words', async () => {
    const home = await homeWithOfficer();
    const wrong = await refusal(home.access.signIn(OFFICER, WRONG));
    expect([wrong.code, wrong.status]).toEqual(['NotAuthenticated', 401]);
    const unknown = await refusal(home.access.signIn('nobody', PASSPHRASE));
    const impossible = await refusal(home.access.signIn("'; --", PASSPHRASE));
    expect(unknown.toDocument()).toEqual(wrong.toDocument());
    expect(impossible.toDocument()).toEqual(wrong.toDocument());
  });

  it('stores argon2id with the second recommended parameters of RFC 9106 and a salt of its own', async () => {
    const home = new AccessHome();
    const recommended = new Access({
      catalog: home.catalog,
      now: () => home.time,
      newId: (type) => newOcid(type),
    });
    for (const name of ['one', 'two'])
      home.catalog.transaction(await recommended.prepareOperator(name, PASSPHRASE));
    const [one = '', two = ''] = home.catalog.operators.list().data.map((record) => record.passphraseHash);
    const parameters = /^\$argon2id\$v=19\$([^$]+)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
    expect(parameters.exec(one)?.[1]?.split(',').sort()).toEqual(['m=65536', 'p=4', 't=3']);
    expect(parameters.exec(one)?.[2]).not.toBe(parameters.exec(two)?.[2]);
    expect(one + two).not.toContain(PASSPHRASE);
    await recommended.signIn('one', PASSPHRASE);
  });

  it('answers nothing about the passphrase: not who signs in, not who is listed', async () => {
    const home = await homeWithOfficer();
    expect(Object.keys(await home.access.signIn(OFFICER, PASSPHRASE)).sort()).toEqual([
      'id',
      'name',
      'timeCreated',
      'timePassphraseSet',
    ]);
  });
});

describe('rule R62: new passphrases', () => {
  it.each([
    ['11 characters', 'elevenchars', 'shorter than 12'],
    // Eleven characters however many code units they take.
    ['11 characters of two units each', '🔑'.repeat(11), 'shorter than 12'],
    ['12 characters that are 11 in NFKC', `A\u030a${'x'.repeat(10)}`, 'shorter than 12'],
    ['1025 characters', 'x'.repeat(1025), 'longer than 1024'],
    ['two lines', 'correct horse\nbattery staple', 'not one line'],
    ["the operator's name", 'Zacharias.Officer', "the operator's own name"],
  ])('%s will not do', async (_, passphrase, flaw) => {
    const home = new AccessHome();
    const error = await refusal(home.access.prepareOperator('zacharias.officer', passphrase));
    expect([error.code, error.reason]).toEqual(['InvalidParameter', 'PassphraseUnfit']);
    expect(error.message).toContain(flaw);
    expect(error.message + error.next).not.toContain(passphrase);
  });

  it.each([['twelve chars'], ['🔑'.repeat(12)], ['x'.repeat(1024)]])('%s will', async (passphrase) => {
    const home = new AccessHome();
    home.catalog.transaction(await home.access.prepareOperator('clerk', passphrase));
    expect((await home.access.signIn('clerk', passphrase)).name).toBe('clerk');
  });

  it('replace the old one and end a lock', async () => {
    const home = await homeWithOfficer();
    const officer = await home.access.signIn(OFFICER, PASSPHRASE);
    await failTimes(home, 4);
    expect(await reasonOf(home.access.signIn(OFFICER, WRONG))).toBe('SignInFailed');
    expect(await reasonOf(home.access.signIn(OFFICER, PASSPHRASE))).toBe('SignInLocked');
    home.catalog.transaction(await home.access.preparePassphrase(officer, 'another good passphrase'));
    expect(await reasonOf(home.access.signIn(OFFICER, PASSPHRASE))).toBe('SignInFailed');
    await home.access.signIn(OFFICER, 'another good passphrase');
  });
});

describe('rule R62: guessing', () => {
  it('is locked out after 5 failures in a row, for 30 seconds at first, doubling to 15 minutes', async () => {
    const home = await homeWithOfficer();
    await failTimes(home, 4);
    for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
      expect(await reasonOf(home.access.signIn(OFFICER, WRONG))).toBe('SignInFailed');
      const begun = home.time.getTime();
      home.time = new Date(begun + seconds * SECONDS - 1);
      const locked = await refusal(home.access.signIn(OFFICER, PASSPHRASE));
      expect([locked.code, locked.status, locked.reason]).toEqual(['TooManyRequests', 429, 'SignInLocked']);
      expect(locked.message).toContain(new Date(begun + seconds * SECONDS).toISOString());
      home.time = new Date(begun + seconds * SECONDS);
    }
    await home.access.signIn(OFFICER, PASSPHRASE);
    // Success forgets the failures.
    await failTimes(home, 4);
    await home.access.signIn(OFFICER, PASSPHRASE);
  });

  it('is locked out in the same way for a name that nobody has', async () => {
    const home = await homeWithOfficer();
    await failTimes(home, 4, 'nobody');
    expect(await reasonOf(home.access.signIn('nobody', WRONG))).toBe('SignInFailed');
    expect(await reasonOf(home.access.signIn('NOBODY', WRONG))).toBe('SignInLocked');
    await home.access.signIn(OFFICER, PASSPHRASE);
  });

  it('rule R74: a clock set back neither ends the lock nor makes it last until the clock is right', async () => {
    const home = await homeWithOfficer();
    await failTimes(home, 4);
    expect(await reasonOf(home.access.signIn(OFFICER, WRONG))).toBe('SignInFailed');
    home.time = new Date(timeOf(-1_000_000));
    expect(await reasonOf(home.access.signIn(OFFICER, PASSPHRASE))).toBe('SignInLocked');
    const setBack = home.time.getTime();
    home.time = new Date(setBack + 30 * SECONDS - 1);
    expect(await reasonOf(home.access.signIn(OFFICER, PASSPHRASE))).toBe('SignInLocked');
    home.time = new Date(setBack + 30 * SECONDS);
    await home.access.signIn(OFFICER, PASSPHRASE);
  });

  it('many at once count each: a right one among them comes too late', async () => {
    const home = await homeWithOfficer();
    const guesses = [WRONG, WRONG, WRONG, WRONG, WRONG, PASSPHRASE, PASSPHRASE];
    const answers = await Promise.all(guesses.map((guess) => reasonOf(home.access.signIn(OFFICER, guess))));
    expect(answers).toEqual([...Array<string>(5).fill('SignInFailed'), 'SignInLocked', 'SignInLocked']);
  });

  it('rule R73: is remembered by the next program, also of a try that was cut off before its answer', async () => {
    const path = join(temporaryFolder(), 'catalog.sqlite');
    const open = () => {
      const catalog = openCatalog(path);
      const now = (): Date => new Date(timeOf(1000));
      return {
        catalog,
        access: new Access({ catalog, now, newId: (type) => newOcid(type), argon2: QUICK_ARGON2 }),
      };
    };
    for (let tries = 0; tries < 5; tries += 1) {
      const { catalog, access } = open();
      const attempt = access.signIn('nobody', WRONG);
      // The queue of sign-ins is empty, so this one has begun by the next turn; its hash has not ended then.
      await Promise.resolve();
      catalog.close();
      await attempt.catch(() => undefined);
    }
    const { catalog, access } = open();
    expect(await reasonOf(access.signIn('nobody', WRONG))).toBe('SignInLocked');
    catalog.close();
  });

  it('rule R74: guessed names do not fill the disk, and never push out an operator’s lock', async () => {
    const home = await homeWithOfficer();
    await failTimes(home, 4);
    expect(await reasonOf(home.access.signIn(OFFICER, WRONG))).toBe('SignInFailed');
    home.catalog.transaction(() => {
      for (let number = 0; number < 1100; number += 1) {
        const nameKey = `guess-${number}`;
        home.catalog.signIns.put({ nameKey, failedInARow: 1, timeOfLastTry: timeOf(2000 + number) });
      }
    });
    expect(await reasonOf(home.access.signIn('one-more', WRONG))).toBe('SignInFailed');
    expect([...home.catalog.signIns.iterate()]).toHaveLength(1001);
    expect(await reasonOf(home.access.signIn(OFFICER, PASSPHRASE))).toBe('SignInLocked');
  });
});
