import { readFileSync, truncateSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PinSource, TokenDescription } from '../../../main/hsm/token-session.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { TokensOptions } from '../../../main/hsm/tokens.ts';
import { ObservedLaunch } from '../../support/observed-launch.ts';
import { makePractisedToken } from '../../support/practised-token.ts';
import type { PractisedToken } from '../../support/practised-token.ts';

let token: PractisedToken;
let pin = '';
let observed: ObservedLaunch;
let opened: Tokens[] = [];

beforeAll(async () => {
  token = await makePractisedToken(0);
  pin = readFileSync(token.pin.path, 'utf8').trim();
}, 30_000);
afterAll(async () => {
  await token.remove();
});
beforeEach(() => {
  observed = new ObservedLaunch();
  truncateSync(token.tracePath);
});
afterEach(async () => {
  for (const tokens of opened) await tokens.close();
  opened = [];
});

/** Through the shim, which strikes nowhere but writes down each C_Login. */
function tokensOf(options: TokensOptions = {}): Tokens {
  const tokens = new Tokens({ launch: observed.launch, environment: token.faulty(), ...options });
  opened.push(tokens);
  return tokens;
}

/** CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY, which the shim shows as SoftHSM never does. */
const FINAL_TRY = { FAULT_FLAGS: '0x30000' };

function logins(): number {
  return readFileSync(token.tracePath, 'utf8')
    .split('\n')
    .filter((line) => line === 'C_Login').length;
}

/** A person who answers with these, one after the other, and what they were told. */
function person(...answers: readonly (string | undefined)[]) {
  const told: TokenDescription[] = [];
  const given: Uint8Array[] = [];
  const left = [...answers];
  const source: PinSource = {
    kind: 'asked',
    ask: async (description) => {
      told.push(description);
      const answer = left.shift();
      if (answer === undefined) return undefined;
      const bytes = new TextEncoder().encode(answer);
      given.push(bytes);
      return bytes;
    },
  };
  return { source, told, given };
}

describe('a PIN that a person is asked for by main (rule R71)', () => {
  it('goes to the login alone, and is wiped', async () => {
    const { source, told, given } = person(pin);
    const session = await tokensOf().openSession(token.shimReference, source);
    expect(session.token.label).toBe('FRA');
    expect(told).toMatchObject([{ label: 'FRA', isPinCountLow: false, isPinFinalTry: false }]);
    expect(given).toEqual([new Uint8Array(pin.length)]);
    const messages = observed.posted.map(({ method, parameters }) => [method, parameters.at(2)]);
    expect(messages).toEqual([
      ['load', undefined],
      ['login', { kind: 'none' }],
      ['listTokens', undefined],
      // The bytes were sent as they were, and wiped after.
      ['login', { kind: 'entered', pin: new Uint8Array(pin.length), isFinalTryConfirmed: false }],
    ]);
    expect(logins()).toBe(1);
  });

  it('is not asked for again while the token is logged in, nor twice for two who want it at once', async () => {
    const tokens = tokensOf();
    const { source, told } = person(pin);
    const both = await Promise.all([
      tokens.openSession(token.shimReference, source),
      tokens.openSession(token.shimReference, source),
    ]);
    expect(told).toHaveLength(1);
    const other = person();
    const { tokenLabel, modulePath } = token.shimReference;
    const [serial] = both.map((session) => session.token.serial);
    await tokens.openSession(
      { modulePath, tokenLabel, ...(serial === undefined ? {} : { tokenSerial: serial }) },
      other.source,
    );
    expect(other.told).toEqual([]);
    expect(logins()).toBe(1);
  });

  it('is asked for again after a lock', async () => {
    const tokens = tokensOf();
    const { source, told } = person(pin, pin);
    const session = await tokens.openSession(token.shimReference, source);
    await tokens.lock();
    expect(await session.findRealmKeys()).toMatchObject({ rbkId: token.rbkId });
    expect(told).toHaveLength(2);
  });

  it('costs no try where the person does not want to, or enters what is no PIN', async () => {
    for (const answer of [undefined, '', 'with\na line break', 'x'.repeat(256)]) {
      const opening = tokensOf().openSession(token.shimReference, person(answer).source);
      await expect(opening).rejects.toMatchObject({ code: 'NotAuthenticated', reason: 'PinEntryCancelled' });
    }
    expect(logins()).toBe(0);
  });

  it('is tried once where it is wrong; who is asked next is told so', async () => {
    const tokens = tokensOf();
    const { source, told } = person('not it', pin);
    await expect(tokens.openSession(token.shimReference, source)).rejects.toMatchObject({
      reason: 'PinIncorrect',
    });
    expect([told.length, logins()]).toEqual([1, 1]);
    await tokens.openSession(token.shimReference, source);
    expect(told[1]).toMatchObject({ isPinCountLow: true });
    expect(logins()).toBe(2);
  });

  it('a session whose token refused a later login says so, and does not ask again', async () => {
    const tokens = tokensOf();
    const { source, told } = person(pin, 'not it', pin);
    const session = await tokens.openSession(token.shimReference, source);
    await tokens.lock();
    expect(session.isRefused).toBe(false);
    for (let call = 0; call < 2; call++) {
      await expect(session.findRealmKeys()).rejects.toMatchObject({ reason: 'PinIncorrect' });
    }
    expect(session.isRefused).toBe(true);
    expect(told).toHaveLength(2);
    await tokens.openSession(token.shimReference, source);
  });

  it('spends the final try only where the person was told that it is the final one', async () => {
    const tokens = tokensOf({ environment: { ...token.faulty(), ...FINAL_TRY } });
    const { source, told } = person(pin);
    await tokens.openSession(token.shimReference, source);
    expect(told).toMatchObject([{ isPinFinalTry: true, isPinCountLow: true }]);
    expect(logins()).toBe(1);
  });

  it('does not ask for the final try in a login that happens by itself', async () => {
    const tokens = tokensOf({ environment: { ...token.faulty(), ...FINAL_TRY } });
    const { source, told } = person(pin, pin);
    const session = await tokens.openSession(token.shimReference, source);
    await tokens.lock();
    await expect(session.findRealmKeys()).rejects.toMatchObject({ reason: 'PinFinalTry' });
    expect(told).toHaveLength(1);
  });
});
