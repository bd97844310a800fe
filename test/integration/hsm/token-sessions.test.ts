import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PinSource } from '../../../main/hsm/token-session.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { TokensOptions } from '../../../main/hsm/tokens.ts';
import { ObservedLaunch } from '../../support/observed-launch.ts';
import { makePractisedToken } from '../../support/practised-token.ts';
import type { PractisedToken } from '../../support/practised-token.ts';

let token: PractisedToken;
let observed: ObservedLaunch;
let opened: Tokens[] = [];

beforeAll(async () => {
  token = await makePractisedToken(1);
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

/** Everything goes through the shim, which strikes nowhere but writes down each C_Login. */
function tokensOf(options: TokensOptions = {}): Tokens {
  const tokens = new Tokens({ launch: observed.launch, environment: token.faulty(), ...options });
  opened.push(tokens);
  return tokens;
}

function logins(): number {
  return readFileSync(token.tracePath, 'utf8')
    .split('\n')
    .filter((line) => line === 'C_Login').length;
}

function pinFile(name: string, pin: string): PinSource & { readonly kind: 'file' } {
  const path = join(token.folder, name);
  writeFileSync(path, pin, { mode: 0o600 });
  return { kind: 'file', path };
}

describe('wrong PINs (rule R71)', () => {
  it('are tried once, and the token shows exactly one failed try', async () => {
    const tokens = tokensOf();
    const wrong = tokens.openSession(token.shimReference, pinFile('wrong', 'not it'));
    await expect(wrong).rejects.toMatchObject({ code: 'NotAuthenticated', reason: 'PinIncorrect' });
    expect(logins()).toBe(1);
    const count = async (): Promise<boolean | undefined> =>
      (await tokens.listTokens(token.shimReference)).find(({ label }) => label === 'FRA')?.isPinCountLow;
    expect(await count()).toBe(true);
    await (await tokens.openSession(token.shimReference, token.pin)).close();
    expect(await count()).toBe(false);
    expect(logins()).toBe(2);
  });

  it('end a session that has to log in again: no later call tries, a new session does', async () => {
    const tokens = tokensOf();
    const right = readFileSync(token.pin.path, 'utf8');
    const pin = pinFile('changing', right);
    const [session, second] = await Promise.all([
      tokens.openSession(token.shimReference, pin),
      tokens.openSession(token.shimReference, pin),
    ]);
    await tokens.lock();
    writeFileSync(pin.path, 'not it any more');
    const before = logins();
    for (const call of [session.wrapProbe(), session.findRealmKeys(), second.wrapProbe()]) {
      await expect(call).rejects.toMatchObject({ reason: 'PinIncorrect' });
    }
    await expect(session.wrapProbe()).rejects.toMatchObject({ reason: 'PinIncorrect' });
    expect(logins()).toBe(before + 1);
    writeFileSync(pin.path, right);
    await expect(session.wrapProbe()).rejects.toMatchObject({ reason: 'PinIncorrect' });
    const anew = await tokens.openSession(token.shimReference, pin);
    expect(await anew.wrapProbe()).toHaveLength(40);
  });
});

describe('where PINs are (rule R71)', () => {
  it('nothing that main sends or gets has the PIN, nor the environment of the process', async () => {
    vi.stubEnv('STRONGROOM_PIN_FILE_FRA', token.pin.path);
    const session = await tokensOf().openSession(token.shimReference, token.pin);
    vi.unstubAllEnvs();
    await session.wrapProbe();
    const pin = readFileSync(token.pin.path, 'utf8').trim();
    expect(JSON.stringify([observed.posted, observed.received])).not.toContain(pin);
    const environment = readFileSync(`/proc/${String(onlyChild())}/environ`, 'utf8');
    expect(environment).not.toContain(pin);
    expect(environment).not.toContain('STRONGROOM');
    expect(environment).toContain('SOFTHSM2_CONF');
  });

  it('a crash of the module leaves no core file', async () => {
    await tokensOf().listTokens(token.shimReference);
    expect(readFileSync(`/proc/${String(onlyChild())}/limits`, 'utf8')).toMatch(/Max core file size +0 +0 /);
  });

  it('a PIN file that others can read is refused before the token is asked', async () => {
    const path = join(token.folder, 'open');
    writeFileSync(path, '1234', { mode: 0o644 });
    const opening = tokensOf().openSession(token.shimReference, { kind: 'file', path });
    await expect(opening).rejects.toMatchObject({ code: 'InvalidParameter', reason: 'PinFileNotPrivate' });
    expect(logins()).toBe(0);
  });

  it('a token that is not there is told before any PIN is read', async () => {
    const absent = { ...token.shimReference, tokenLabel: 'ZRH' };
    const opening = tokensOf().openSession(absent, { kind: 'file', path: '/not/read' });
    await expect(opening).rejects.toMatchObject({ reason: 'TokenNotFound' });
  });
});

describe('logins over time (rule R71)', () => {
  it('idleness ends the process; the next call starts one and logs in again', async () => {
    const session = await tokensOf({ idleMilliseconds: 150 }).openSession(token.shimReference, token.pin);
    await session.wrapProbe();
    await vi.waitFor(() => expect(observed.exits).toBe(1), 10_000);
    expect(observed.count('stop')).toBe(1);
    expect(await session.wrapProbe()).toHaveLength(40);
    expect(observed.starts).toBe(2);
    expect(logins()).toBe(2);
  });

  it('a process that has work is not idle', async () => {
    const session = await tokensOf({ idleMilliseconds: 100 }).openSession(token.shimReference, token.pin);
    for (let call = 0; call < 8; call += 1) {
      await session.wrapProbe();
      await delay(30);
    }
    expect(observed.starts).toBe(1);
  });

  it('lock ends the process after the calls under way; sessions log in again when they are used', async () => {
    const tokens = tokensOf();
    const session = await tokens.openSession(token.shimReference, token.pin);
    const underWay = session.wrapProbe();
    await tokens.lock();
    expect(observed.exits).toBe(1);
    expect(await underWay).toHaveLength(40);
    expect(await session.wrapProbe()).toHaveLength(40);
    expect(logins()).toBe(2);
    await tokens.close();
    expect(observed.exits).toBe(2);
    await expect(session.wrapProbe()).rejects.toMatchObject({ reason: 'TokensClosed' });
    await expect(tokens.listTokens(token.reference)).rejects.toMatchObject({ reason: 'TokensClosed' });
    expect(observed.starts).toBe(2);
    await session.close();
  });

  it('sessions with one token share its login: closing one leaves the other logged in', async () => {
    const tokens = tokensOf();
    const [first, second, bySerial] = await Promise.all([
      tokens.openSession(token.shimReference, token.pin),
      tokens.openSession(token.shimReference, token.pin),
      tokens
        .listTokens(token.shimReference)
        .then((all) => all.find(({ label }) => label === 'FRA'))
        .then((found) =>
          tokens.openSession(
            { ...token.shimReference, tokenSerial: found?.serial },
            pinFile('unread', 'never read'),
          ),
        ),
    ]);
    await first.close();
    await first.close();
    await expect(first.wrapProbe()).rejects.toMatchObject({
      code: 'IncorrectState',
      reason: 'SessionClosed',
    });
    expect(await second.wrapProbe()).toHaveLength(40);
    await second.close();
    expect(await bySerial.wrapProbe()).toHaveLength(40);
    expect(logins()).toBe(1);
    await bySerial.close();

    await tokens.openSession(token.shimReference, token.pin);
    expect(logins()).toBe(2);
  });
});

/** The token's process, among the children of this one. */
function onlyChild(): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => readStatus(name).includes(`\nPPid:\t${String(process.pid)}\n`))
    .filter((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('module-host'));
  expect(children).toHaveLength(1);
  return Number(children[0]);
}

function readStatus(process: string): string {
  try {
    return readFileSync(`/proc/${process}/status`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
