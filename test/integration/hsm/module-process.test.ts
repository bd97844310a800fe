import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenSession } from '../../../main/hsm/token-session.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { TokensOptions } from '../../../main/hsm/tokens.ts';
import { collect } from '../../support/collect.ts';
import type { Fault } from '../../support/fault-module.ts';
import { ObservedLaunch } from '../../support/observed-launch.ts';
import { makePractisedToken } from '../../support/practised-token.ts';
import type { PractisedToken } from '../../support/practised-token.ts';

let token: PractisedToken;
let observed: ObservedLaunch;
let opened: Tokens[] = [];

beforeAll(async () => {
  token = await makePractisedToken(3);
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

function tokensOf(options: TokensOptions = {}): Tokens {
  const tokens = new Tokens({ launch: observed.launch, environment: token.environment, ...options });
  opened.push(tokens);
  return tokens;
}

/** A session through the fault shim; the watchdog's patience is a second. */
async function faultySession(fault: Fault): Promise<TokenSession> {
  const tokens = tokensOf({ environment: token.faulty(fault), deadlines: { call: 1000 } });
  return await tokens.openSession(token.shimReference, token.pin);
}

function* repeated(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1)
    yield token.materialIds[index % token.materialIds.length] ?? '';
}

function callsThroughShim(name: string): number {
  return readFileSync(token.tracePath, 'utf8')
    .split('\n')
    .filter((line) => line === name).length;
}

/** The results that came before the stream failed, and the failure. */
async function collectUntilFailure(
  stream: AsyncIterable<unknown>,
): Promise<{ count: number; error: unknown }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
  } catch (error) {
    return { count: items.length, error };
  }
  throw new Error('the stream did not fail');
}

describe('a token that fails in the middle of a stream (rule R72)', () => {
  it.each([
    ['hang', 'TokenNotResponding'],
    ['crash', 'ModuleCrashed'],
    ['abort', 'ModuleCrashed'],
    ['removed', 'TokenRemoved'],
  ] as const)(
    '%s: the stream ends with %s after whole batches; the next one logs in again',
    async (kind, reason) => {
      const once = join(token.folder, `met-${kind}`);
      const session = await faultySession({ call: 'C_WrapKey', kind, at: 150, once });
      const { count, error } = await collectUntilFailure(session.wrapKeyVersions(repeated(1000)));
      expect(error).toMatchObject({ code: 'ServiceUnavailable', reason });
      expect((error as { next: string }).next).toMatch(/log in again|after login/);
      expect([64, 128]).toContain(count);

      const wrapped = await collect(session.wrapKeyVersions(repeated(200)));
      expect(wrapped.map(({ materialId }) => materialId)).toEqual([...repeated(200)]);
      expect(callsThroughShim('C_Login')).toBe(2);
      expect(observed.starts).toBe(kind === 'removed' ? 1 : 2);
    },
  );

  it('a crash keeps what the module wrote to stderr for the log, out of the message', async () => {
    const session = await faultySession({ call: 'C_WrapKey', kind: 'crash', at: 100 });
    const { error } = await collectUntilFailure(session.wrapKeyVersions(repeated(1000)));
    expect(String((error as Error).cause)).toContain('fault shim: crashing in C_WrapKey');
    expect((error as Error).message).not.toContain('fault shim');
    expect((error as Error).message).toContain('SIGSEGV');
  });

  it("a vendor's own error and a wrong length are failures of the call, not of the login", async () => {
    for (const kind of ['vendor', 'short'] as const) {
      const once = join(token.folder, `met-${kind}`);
      const session = await faultySession({ call: 'C_WrapKey', kind, at: 100, once });
      const { error } = await collectUntilFailure(session.wrapKeyVersions(repeated(1000)));
      expect(error, kind).toMatchObject({ code: 'ServiceUnavailable' });
      expect(await collect(session.wrapKeyVersions(repeated(3)))).toHaveLength(3);
    }
  });

  it('calls that wait behind one that hangs fail with it; other modules go on', async () => {
    const session = await faultySession({ call: 'C_WrapKey', kind: 'hang', at: 10 });
    const other = await tokensOf().openSession(token.reference, token.pin);
    const hanging = collectUntilFailure(session.wrapKeyVersions(repeated(64)));
    await vi.waitFor(() => expect(observed.count('wrapBatch')).toBe(1));
    const waiting = session.findRealmKeys();
    waiting.catch(() => undefined);
    expect(await collect(other.wrapKeyVersions(repeated(10)))).toHaveLength(10);
    expect((await hanging).error).toMatchObject({ reason: 'TokenNotResponding' });
    await expect(waiting).rejects.toMatchObject({ reason: 'TokenNotResponding' });
    expect(await other.findRealmKeys()).toMatchObject({ realmName: 'practice' });
  });

  it('a slow token is not a dead one: the deadline is per batch', async () => {
    const session = await faultySession({ call: 'C_WrapKey', kind: 'slow' });
    // Thirty batches of two times 20 ms each, 1.2 seconds in all.
    for (let batch = 0; batch < 30; batch += 1) await collect(session.wrapKeyVersions(repeated(2)));
    expect(observed.exits).toBe(0);
  });
});

describe('modules that never become usable (rules R72, R74)', () => {
  it('one that hangs in C_Initialize is ended', async () => {
    const environment = token.faulty({ call: 'C_Initialize', kind: 'hang' });
    const tokens = tokensOf({ environment, deadlines: { initialise: 1500 } });
    await expect(tokens.listTokens(token.shimReference)).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'TokenNotResponding',
    });
  });

  it('a file, a folder, a library of another kind and nothing at all are refused in words', async () => {
    const text = join(token.folder, 'text.so');
    writeFileSync(text, 'not a library');
    const tokens = tokensOf();
    const libraryOfAnotherKind = join(
      import.meta.dirname,
      '../../../node_modules/pkcs11js/build/Release/pkcs11.node',
    );
    for (const modulePath of [text, token.folder, libraryOfAnotherKind, join(token.folder, 'absent.so')]) {
      const failure: unknown = await tokens.listTokens({ modulePath }).catch((error: unknown) => error);
      expect(failure, modulePath).toMatchObject({ name: 'StrongroomError' });
      expect((failure as { code: string }).code, modulePath).not.toBe('InternalServerError');
    }
    expect((await tokens.listTokens(token.reference)).map(({ label }) => label)).toContain('FRA');
  });
});

describe('streams through the process (rule R26)', () => {
  it('10,000 elements never have more than two batches under way, and come in order', async () => {
    const session = await tokensOf().openSession(token.reference, token.pin);
    let index = 0;
    for await (const { materialId, wrappedKey } of session.wrapKeyVersions(repeated(10_000))) {
      expect(materialId).toBe(token.materialIds[index % 3]);
      expect(wrappedKey).toHaveLength(40);
      index += 1;
    }
    expect(index).toBe(10_000);
    expect(observed.count('wrapBatch')).toBe(Math.ceil(10_000 / 64));
    expect(observed.mostUnderWay).toBe(2);
  });

  it('lists the inventory in pieces; left early it is forgotten', async () => {
    const session = await tokensOf().openSession(token.reference, token.pin);
    const entries = await collect(session.inventory());
    expect(entries.map(({ materialId }) => materialId).sort()).toEqual(token.materialIds);
    for await (const entry of session.inventory()) {
      expect(entry.algorithm).toBe('AES');
      break;
    }
    expect(observed.count('closeInventory')).toBe(1);
  });
});
