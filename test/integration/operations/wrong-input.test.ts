import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { ERROR_STATUS } from '../../../shared/domain/errors.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { ChangeWatcher } from '../../support/change-watcher.ts';
import { faultEnvironment, faultModulePath } from '../../support/fault-module.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

const LHR = 'uk-london-1';
const WRONG_PIN = '90000009';
const commandLine = resolve(import.meta.dirname, '../../../main/cli/main.ts');
const execute = promisify(execFile);

let regions: TwoRegions;
/** Holds no realm keys. */
let london: PracticeToken;
let watcher: ChangeWatcher;
let vault: ResponseOf<'vault.create'>;
let aes: ResponseOf<'key.create'>;
/** What a module that hangs came to; started first, since the watchdog waits 15 seconds. */
let hanging: Promise<unknown>;
let hangingHome: Strongroom;

const call: Strongroom['call'] = (...parameters) => regions.strongroom.call(...parameters);
const path = (name: string): string => regions.path(name);
const offline = (name: string) => ({ destination: 'OFFLINE_FILE' as const, file: path(name) });
/** Beside the tokens, as it grows with every refusal by a token. */
const tracePath = (): string => join(dirname(london.pinFile), 'trace');

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  london = await practiceToken('SoftHSM', { label: 'lhr', beside: regions.fra });
  initialiseWithoutUserPin(london, 'no-user-pin');
  writeFileSync(tracePath(), '');
  await regions.strongroom.close();
  regions.strongroom = await openHome(path('home'), [regions.fra, regions.zrh, throughShim(london)]);

  hangingHome = await openHome(path('hanging-home'), [
    {
      ...regions.fra,
      environment: {
        ...regions.fra.environment,
        ...faultEnvironment(regions.fra.reference.modulePath, {
          call: 'C_Initialize',
          kind: 'hang',
          once: join(dirname(london.pinFile), 'hung'),
        }),
      },
    },
  ]);
  hanging = attachThroughShim(hangingHome).catch((thrown: unknown) => thrown);

  vault = await regions.makeVault();
  aes = await regions.makeKey(vault.id, 'AES', { algorithm: 'AES', length: 32 });
  writeFileSync(path('message'), 'the message');
  writeFileSync(path('text'), 'Dear operator, this is a text.\n');
  writeFileSync(path('taken'), 'somebody needs this');
  watcher = await ChangeWatcher.open({
    strongroom: () => regions.strongroom,
    tokens: [regions.fra, regions.zrh, london],
    withRealmKeys: [regions.fra, regions.zrh],
    folder: regions.folder,
  });
}, 60_000);

afterAll(async () => {
  await hanging;
  await hangingHome.close();
  await watcher[Symbol.asyncDispose]();
  await regions[Symbol.asyncDispose]();
});

/** No operation of ours leaves a token so; vendors' tools do. */
function initialiseWithoutUserPin(beside: PracticeToken, label: string): void {
  Object.assign(process.env, beside.environment);
  const native = new pkcs11js.PKCS11();
  native.load(beside.reference.modulePath);
  native.C_Initialize();
  const slots = native.C_GetSlotList(true);
  const free = slots.find(
    (slot) => (native.C_GetTokenInfo(slot).flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0,
  );
  if (free === undefined) throw new Error('SoftHSM shows no uninitialised token');
  native.C_InitToken(free, randomBytes(8).toString('hex'), label);
  native.C_Finalize();
  native.close();
}

/** The same token; the fault shim, where a request names it as module, writes down every login it sees. */
function throughShim(token: PracticeToken): PracticeToken {
  const shim = faultEnvironment(token.reference.modulePath, undefined, tracePath());
  return { ...token, environment: { ...token.environment, ...shim } };
}

const attachThroughShim = (strongroom: Strongroom) =>
  strongroom.call('region.attach', {
    region: FRA,
    module: faultModulePath(),
    tokenLabel: 'fra',
    administrator: OFFICER,
  });

/** Runs the work while the token's PIN file holds another PIN. */
async function withWrongPin(token: PracticeToken, work: () => Promise<unknown>): Promise<void> {
  writeFileSync(token.pinFile, `${WRONG_PIN}\n`);
  await regions.strongroom.lockTokens();
  try {
    await work();
  } finally {
    writeFileSync(token.pinFile, `${token.pin}\n`);
  }
}

/** Runs the command line as a program of its own. */
async function onCommandLine(words: readonly string[]) {
  try {
    await execute(process.execPath, [commandLine, ...words, '--output', 'json'], {
      env: { ...process.env, ...regions.fra.environment },
    });
  } catch (thrown) {
    const { stdout, stderr, code } = thrown as { stdout: string; stderr: string; code: number };
    return { stdout, stderr, code, error: JSON.parse(stderr) as ErrorDocument };
  }
  return expect.fail('it was not refused');
}

describe('rule R74: modules and tokens that are not right', () => {
  const libraryThatIsNoModule = join(
    dirname(createRequire(import.meta.url).resolve('pkcs11js')),
    'build/Release/pkcs11.node',
  );

  /** Every operation that takes a module from a request. */
  const uses = {
    list: (module: object) => call('token.list', { ...moduleOfLondon(), ...module }),
    probe: (module: object) => call('region.probe', { ...tokenFields(london), ...module }),
    attach: (module: object) => call('region.attach', { region: LHR, ...tokenFields(london), ...module }),
    request: (module: object) =>
      call('region.enrol-request', {
        region: LHR,
        ...tokenFields(london),
        ...module,
        out: path('request'),
      }),
  };
  const moduleOfLondon = () => ({ module: london.reference.modulePath });

  it.each([
    ['a module path where nothing is', 'request', () => ({ module: path('nothing') }), 'ModuleNotFound'],
    ['a folder as module', 'list', () => ({ module: regions.folder }), 'ModuleNotFound'],
    ['a text file as module', 'attach', () => ({ module: path('text') }), 'NotAPkcs11Module'],
    ['a library that is no module', 'probe', () => ({ module: libraryThatIsNoModule }), 'NotAPkcs11Module'],
    [
      'parameters that NSS would not survive',
      'request',
      () => ({ moduleParameters: 'slots=1' }),
      'ModuleParametersInvalid',
    ],
  ] as const)('%s (%s)', async (_, use, wrong, reason) => {
    await watcher.refused(() => uses[use](wrong()), { code: 'InvalidParameter', reason });
  });

  it.each([
    ['a label that no token has', 'nobody', 'NotAuthorizedOrNotFound', 'TokenNotFound'],
    ['a token that has no user PIN yet', 'no-user-pin', 'IncorrectState', 'TokenNotInitialised'],
    ['a token without realm keys', 'lhr', 'IncorrectState', 'RealmKeysMissing'],
  ] as const)('%s', async (_, tokenLabel, code, reason) => {
    const fields = { ...tokenFields(london), tokenLabel };
    await watcher.refused(() => call('region.attach', { region: LHR, ...fields }), { code, reason });
  });

  it('token initialise does not touch a token that is initialised already', async () => {
    const { modulePath } = london.reference;
    const pins = { soPinFile: london.pinFile, userPinFile: london.pinFile };
    await watcher.refused(() => call('token.initialise', { module: modulePath, label: 'lhr', ...pins }), {
      code: 'Conflict',
      reason: 'TokenLabelInUse',
    });
  });

  it('rule R1: a second realm in a home', async () => {
    await watcher.refused(
      () => call('realm.create', { name: 'Two', tenancyName: 'Two', region: LHR, ...tokenFields(london) }),
      { code: 'Conflict', reason: 'RealmExists' },
    );
    await using fresh = await openHome(path('second-home'), [regions.fra]);
    await watcher.refused(
      () =>
        fresh.call('realm.create', {
          name: 'Two',
          tenancyName: 'Two',
          region: FRA,
          ...tokenFields(regions.fra),
          administrator: OFFICER,
        }),
      { code: 'Conflict', reason: 'RealmKeysExist' },
    );
    await expect(fresh.call('region.list', {})).rejects.toMatchObject({ reason: 'NoRealm' });
    expect(fresh.hasOperators).toBe(false);
  });
});

describe('rule R71: a wrong PIN', () => {
  it('is tried once, is told, and the token shows that one try failed', async () => {
    const loginsBefore = logins();
    await withWrongPin(london, async () => {
      const error = await watcher.refused(
        () =>
          call('region.enrol-request', {
            region: LHR,
            module: faultModulePath(),
            tokenLabel: 'lhr',
            out: path('request'),
          }),
        { code: 'NotAuthenticated', reason: 'PinIncorrect' },
      );
      expect(error.message).not.toContain(WRONG_PIN);
      expect(error.next).not.toContain(WRONG_PIN);
    });
    expect(logins() - loginsBefore).toBe(1);
    expect(await isPinCountLow('lhr')).toBe(true);
    expect(await isPinCountLow('fra')).toBe(false);
    // The right one is taken, which clears the token's count.
    await call('region.probe', tokenFields(london));
    expect(await isPinCountLow('lhr')).toBe(false);
  });

  const logins = (): number =>
    readFileSync(tracePath(), 'utf8')
      .split('\n')
      .filter((line) => line === 'C_Login').length;

  async function isPinCountLow(label: string): Promise<boolean | undefined> {
    const { data } = await call('token.list', { module: london.reference.modulePath });
    return data.find((token) => token.label === label)?.isPinCountLow;
  }

  it('of an attached region stops every operation before it begins', async () => {
    await withWrongPin(regions.fra, async () => {
      const refusal = { code: 'NotAuthenticated', reason: 'PinIncorrect' } as const;
      await watcher.refused(
        () => call('vault.backup', { vaultId: vault.id, backupLocation: offline('backup') }),
        refusal,
      );
      await watcher.refused(
        () =>
          call('key.create', {
            vaultId: vault.id,
            displayName: 'Key',
            keyShape: { algorithm: 'AES', length: 16 },
          }),
        refusal,
      );
      await watcher.refused(
        () => call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: path('encrypted') }),
        refusal,
      );
    });
    expect(await isPinCountLow('fra')).toBe(true);
    await call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: path('after-wrong-pin') });
    expect(await isPinCountLow('fra')).toBe(false);
  });

  it.each([
    ['is not there', 'PinFileNotReadable', () => rmSync(regions.zrh.pinFile)],
    ['is empty', 'PinFileEmpty', () => writeFileSync(regions.zrh.pinFile, '')],
  ])('a PIN file that %s costs no try', async (_, reason, spoil) => {
    spoil();
    await regions.strongroom.lockTokens();
    try {
      await watcher.refused(() => call('region.probe', { region: ZRH }), {
        code: 'InvalidParameter',
        reason,
      });
    } finally {
      writeFileSync(regions.zrh.pinFile, `${regions.zrh.pin}\n`, { mode: 0o600 });
    }
    expect(await isPinCountLow('zrh')).toBe(false);
  });

  it('on the command line: exit 1, one JSON document, no PIN, no region attached', async () => {
    writeFileSync(path('wrong-pin'), WRONG_PIN, { mode: 0o600 });
    writeFileSync(path('passphrase'), PASSPHRASE, { mode: 0o600 });
    const home = path('cli-home');
    const { modulePath, tokenLabel } = london.reference;
    const refused = await onCommandLine([
      ...['--home', home, '--pin-file', `LHR=${path('wrong-pin')}`, 'region', 'attach', '--region', LHR],
      ...['--module', modulePath, '--token-label', tokenLabel],
      ...['--administrator', OFFICER, '--passphrase-file', path('passphrase')],
    ]);
    expect(refused.error).toMatchObject({
      code: 'NotAuthenticated',
      status: ERROR_STATUS.NotAuthenticated,
      reason: 'PinIncorrect',
    });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).not.toContain(WRONG_PIN);
    watcher.requireClear(refused.error.message, refused.error.next);
    await using after = await openHome(home, [london]);
    await expect(after.call('region.list', {})).rejects.toMatchObject({ reason: 'NoRealm' });
    expect(after.hasOperators).toBe(false);
  });
});

describe('homes', () => {
  it('a second program on one home is told who has it, and the first goes on', async () => {
    const inUse = { code: 'Conflict', reason: 'HomeInUse' } as const;
    const error = await watcher.refused(() => openHome(path('home'), []), inUse);
    expect(error.message).toContain(String(process.pid));
    const words = ['--home', path('home'), 'vault', 'list'];
    const before = await watcher.look();
    const refused = await onCommandLine(words);
    expect(refused).toMatchObject({ code: 1, stdout: '', error: inUse });
    watcher.requireClear(refused.error.message, refused.error.next);
    expect(await watcher.look()).toEqual(before);
  });

  it('rule R74: a home of a newer Strongroom is not touched, and is free afterwards', async () => {
    const home = path('future');
    await (await openHome(home, [])).close();
    const catalog = join(home, 'catalog.sqlite');
    const setVersion = (version: (now: number) => number): void => {
      const database = new Database(catalog);
      database.pragma(`user_version = ${version(Number(database.pragma('user_version', { simple: true })))}`);
      database.close();
    };
    setVersion((now) => now + 1);
    const error = await watcher.refused(() => openHome(home, []), {
      code: 'IncorrectState',
      reason: 'CatalogFromTheFuture',
    });
    expect(error.next).toContain('newer Strongroom');
    setVersion((now) => now - 1);
    await (await openHome(home, [])).close();
  });

  it.each([
    ['a file', 'text', 'InvalidParameter', 'HomeNotAFolder'],
    ['a folder that others can read', 'open-home', 'NotAuthorized', 'HomeNotPrivate'],
    ['a folder whose catalog is something else', 'strange', 'InvalidParameter', 'NotACatalog'],
  ] as const)('rule R74: %s as home', async (_, name, code, reason) => {
    mkdirSync(path('open-home'), { recursive: true, mode: 0o755 });
    mkdirSync(path('strange/temporary'), { recursive: true, mode: 0o700 });
    writeFileSync(path('strange/catalog.sqlite'), 'Dear operator, this is no catalog.');
    writeFileSync(path('strange/home.lock'), '');
    await watcher.refused(() => openHome(path(name), []), { code, reason });
  });

  it('rule R40: a home without a realm says what to do first', async () => {
    await using empty = await openHome(path('empty-home'), []);
    await watcher.refused(() => empty.call('backup.plan-restore', { backupLocation: offline('taken') }), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'NoRealm',
    });
    await watcher.refused(() => empty.call('compartment.create', { displayName: 'Payments' }), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'NoRealm',
    });
    await expect(empty.call('compartment.list', {})).rejects.toMatchObject({ reason: 'NoRealm' });
  });
});

describe('rule R74: requests that do not fit', () => {
  const refusedRequest = (name: Parameters<typeof call>[0], request: unknown, code: string) =>
    watcher.refused(() => call(name, request as never), {
      code: code as 'InvalidParameter',
      reason: undefined,
    });

  it.each([
    ['an empty request', 'vault.create', {}, 'MissingParameter'],
    ['a field of no meaning', 'vault.list', { colour: 'red' }, 'InvalidParameter'],
    ['the OCID of another kind', 'vault.get', { vaultId: 'key' }, 'InvalidParameter'],
    [
      'a key of no known shape',
      'key.create',
      { keyShape: { algorithm: 'DES', length: 8 } },
      'InvalidParameter',
    ],
    ['a path with a zero byte', 'token.list', { module: '/tmp/a\0b' }, 'InvalidParameter'],
    ['no object', 'vault.list', 'all of them', 'InvalidParameter'],
    ['a number for a name', 'compartment.create', { displayName: 5 }, 'InvalidParameter'],
    ['a plan hash that is none', 'vault.restore', { planHash: 'yes' }, 'InvalidParameter'],
  ] as const)('%s', async (_, name, request, code) => {
    await refusedRequest(name, request, code);
  });

  it('an operation that does not exist, or is only inherited', async () => {
    for (const name of ['vault.destroy-all', 'constructor', '__proto__']) {
      await watcher.refused(() => call(name as 'vault.list', {}), {
        code: 'CannotParseRequest',
        reason: 'UnknownOperation',
      });
    }
  });
});

it('rule R72: a module that hangs is given up, attaches nothing, and works once it is well', async () => {
  const error = await hanging;
  expect(error).toMatchObject({ code: 'ServiceUnavailable', reason: 'TokenNotResponding' });
  watcher.requireClear((error as Error).message);
  expect(hangingHome.hasOperators).toBe(false);
  await expect(hangingHome.call('realm.get', {})).rejects.toMatchObject({ reason: 'NoRealm' });
  // The next process of that module is given another chance.
  expect((await attachThroughShim(hangingHome)).region.regionId).toBe(FRA);
});
