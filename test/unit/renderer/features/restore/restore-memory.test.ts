import { beforeEach, describe, expect, it } from 'vitest';
import {
  forgetJourney,
  rememberJourney,
  withRemembered,
} from '../../../../../renderer/features/restore/restore-memory.ts';

const left = { file: '/media/stick/vault.strongroom' };

describe('a restore journey that was left on purpose', () => {
  beforeEach(forgetJourney);

  it('rule R40: is found again by whoever becomes the first operator, for it was left before there was one', () => {
    rememberJourney(left, undefined);
    expect(withRemembered({}, 'night.officer')).toEqual(left);
  });

  it('rule R63: is found again by its own operator, not by the one who approves it', () => {
    rememberJourney(left, 'officer');
    expect(withRemembered({}, 'second.officer')).toEqual({});
    expect(withRemembered({}, 'officer')).toEqual(left);
  });

  it('gives way to what is asked for now, and is forgotten once it runs', () => {
    rememberJourney(left, 'officer');
    expect(withRemembered({ backupId: 'another' }, 'officer')).toEqual({ backupId: 'another' });
    forgetJourney();
    expect(withRemembered({}, 'officer')).toEqual({});
  });
});
