import { describe, expect, it } from 'vitest';
import {
  carryOut,
  EMPTY_DRAFT,
  mendedAt,
  stepsOf,
} from '../../../../../renderer/features/first-run/draft.ts';
import type { Draft } from '../../../../../renderer/features/first-run/draft.ts';
import type { ErrorDocument } from '../../../../../shared/domain/errors.ts';

const token = {
  label: 'fra',
  serial: '00ff',
  manufacturer: 'SoftHSM project',
  model: 'SoftHSM v2',
  firmwareVersion: '2.6',
  isInitialised: true,
  isUserPinSet: true,
  isPinCountLow: false,
  isPinFinalTry: false,
  isPinLocked: false,
};

const draft: Draft = {
  ...EMPTY_DRAFT,
  choice: { module: '/usr/lib/token.so', moduleParameters: '', token },
  regionId: 'eu-frankfurt-1',
  realmName: ' Example Bank ',
  tenancyName: 'Example Bank',
  administrator: 'chief.officer',
  kit: { kit: '/media/recovery-kit.json', shareFiles: ['/media/a.txt', 'typed-share:1'] },
};

const failure = (reason?: string): ErrorDocument => ({
  code: 'Conflict',
  status: 409,
  message: '',
  next: '',
  ...(reason === undefined ? {} : { reason }),
});

/** What the draft asks main to do. */
async function requested(way: Draft['way']): Promise<unknown> {
  let asked: unknown;
  await carryOut({ ...draft, way }, (name, request) => {
    asked = { name, request };
    return Promise.resolve({} as never);
  });
  return asked;
}

describe('the draft of a first run', () => {
  const common = {
    region: 'eu-frankfurt-1',
    module: '/usr/lib/token.so',
    tokenLabel: 'fra',
    slotSerial: '00ff',
    administrator: 'chief.officer',
  };

  it('rule R1: creates a realm with what was chosen, and no more', async () => {
    expect(await requested('create')).toEqual({
      name: 'realm.create',
      request: { ...common, name: 'Example Bank', tenancyName: 'Example Bank' },
    });
  });

  it('rule R40: attaches a token by itself', async () => {
    expect(await requested('attach')).toEqual({ name: 'region.attach', request: common });
  });

  it('rule R5: restores from a kit and its shares, of which typed ones are names', async () => {
    expect(await requested('kit')).toEqual({
      name: 'recovery-kit.restore',
      request: {
        ...common,
        kit: '/media/recovery-kit.json',
        shareFile: ['/media/a.txt', 'typed-share:1'],
      },
    });
  });

  it('rule R4: shows what the token can do before the review on every way that writes', () => {
    for (const way of ['create', 'attach', 'kit'] as const) {
      const steps = stepsOf(way);
      expect(steps.indexOf('profile')).toBeGreaterThan(0);
      expect(steps.indexOf('profile')).toBeLessThan(steps.indexOf('review'));
    }
    expect(stepsOf('practice')).toEqual(['way']);
  });

  it.each([
    ['TokenLacksCapabilities', 'token'],
    ['RealmKeysExist', 'way'],
    ['RegionKeyTaken', 'realm'],
    ['ShareMistyped', 'kit'],
    ['RecoveryKitAltered', 'kit'],
    ['PinIncorrect', undefined],
    ['constructor', undefined],
    [undefined, undefined],
  ])('a failure %s is put right at the step %s', (reason, step) => {
    expect(mendedAt(failure(reason))).toBe(step);
  });
});
