import { describe, expect, it } from 'vitest';
import { flawOf } from '../../../../../renderer/features/token/field-flaws.ts';
import { isRegionNamed, regionFieldsOf } from '../../../../../renderer/features/token/region-naming.ts';
import {
  regionServedBy,
  tokenFieldsOf,
  whyNot,
} from '../../../../../renderer/features/token/token-choice.ts';
import type { ShownToken } from '../../../../../renderer/features/token/token-choice.ts';
import type { Region } from '../../../../../shared/domain/realm.ts';
import { regionIdSchema } from '../../../../../shared/domain/region.ts';

const module = '/usr/lib/token.so';
const token: ShownToken = {
  label: 'fra',
  serial: '00ff',
  manufacturer: 'Maker',
  model: 'Model',
  firmwareVersion: '1.0',
  isInitialised: true,
  isUserPinSet: true,
  isPinCountLow: false,
  isPinFinalTry: false,
  isPinLocked: false,
};

const regionWith = (reference: Partial<Region['token']>): Region =>
  ({
    regionId: 'eu-frankfurt-1',
    token: { modulePath: module, tokenLabel: 'fra', tokenSerial: '00ff', ...reference },
  }) as Region;

describe('the choice of a token', () => {
  it('names it as requests do, and only what there is', () => {
    expect(tokenFieldsOf({ module, moduleParameters: '', token })).toEqual({
      module,
      tokenLabel: 'fra',
      slotSerial: '00ff',
    });
    expect(
      tokenFieldsOf({ module, moduleParameters: 'configdir=x', token: { ...token, serial: '' } }),
    ).toEqual({
      module,
      moduleParameters: 'configdir=x',
      tokenLabel: 'fra',
    });
    expect(tokenFieldsOf({ module, moduleParameters: '', token: undefined })).toBeUndefined();
  });

  it('rule R1: a token that serves a region of this home is not offered for another', () => {
    expect(regionServedBy(module, token, [regionWith({})])).toBe('eu-frankfurt-1');
    expect(regionServedBy(module, token, [regionWith({ tokenSerial: '0001' })])).toBeUndefined();
    expect(regionServedBy(module, token, [regionWith({ modulePath: '/other.so' })])).toBeUndefined();
    expect(whyNot(token, 'eu-frankfurt-1')).toContain('eu-frankfurt-1');
  });

  it.each([
    [{ isInitialised: false }, 'empty'],
    [{ isUserPinSet: false }, 'no user PIN'],
    [{ isPinLocked: true }, 'locked'],
  ])('says why a token with %j cannot be chosen', (part, words) => {
    expect(whyNot({ ...token, ...part }, undefined)).toContain(words);
  });

  it('rule R71: a token whose last try is left can be chosen; the prompt warns', () => {
    expect(whyNot({ ...token, isPinFinalTry: true, isPinCountLow: true }, undefined)).toBeUndefined();
  });
});

describe('the naming of a region (rule R2)', () => {
  it('takes the well-known short key where none is typed, and wants one elsewhere', () => {
    expect(isRegionNamed({ regionId: 'eu-frankfurt-1', regionKey: '' })).toBe(true);
    expect(isRegionNamed({ regionId: 'xx-nowhere-1', regionKey: '' })).toBe(false);
    expect(isRegionNamed({ regionId: 'xx-nowhere-1', regionKey: 'NOW' })).toBe(true);
    expect(isRegionNamed({ regionId: 'eu-frankfurt-1', regionKey: 'F' })).toBe(false);
    expect(regionFieldsOf({ regionId: 'eu-frankfurt-1', regionKey: '' })).toEqual({
      region: 'eu-frankfurt-1',
    });
  });

  it('says what is wrong with a name, and nothing while none is typed', () => {
    expect(flawOf(regionIdSchema, 'frankfurt')).toBe('It must look like eu-frankfurt-1.');
    expect(flawOf(regionIdSchema, '')).toBeUndefined();
    expect(flawOf(regionIdSchema, 'eu-frankfurt-1')).toBeUndefined();
  });
});
