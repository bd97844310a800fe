import { describe, expect, it } from 'vitest';
import {
  TOKEN_LABELS,
  readRealmKeyLabel,
  realmKeyLabel,
  transportKeyLabel,
} from '../../../main/hsm/token-labels.ts';
import { errorOf } from '../../support/error-of.ts';

describe('labels of token objects', () => {
  it('rule R40: give back the names that went into them', () => {
    const names = { realmName: 'Zürich – realm 1', tenancyName: 'Bank, Inc.' };
    const label = realmKeyLabel(TOKEN_LABELS.rbk, names);
    expect(label).toBe('strongroom-rbk|Zürich – realm 1|Bank, Inc.');
    expect(readRealmKeyLabel(TOKEN_LABELS.rbk, label)).toEqual(names);
    expect(readRealmKeyLabel(TOKEN_LABELS.rak, label)).toBeUndefined();
    for (const other of ['strongroom-rbk|', 'strongroom-rbk|a', 'strongroom-rbk|a|b|c', '']) {
      expect(readRealmKeyLabel(TOKEN_LABELS.rbk, other)).toBeUndefined();
    }
  });

  it('rule R74: take no request id that could stand for another label', () => {
    expect(transportKeyLabel('ocid1.workrequest.strongroom1..abc')).toBe(
      'strongroom-transport|ocid1.workrequest.strongroom1..abc',
    );
    for (const id of ['', 'a b', 'a|b', 'ä', 'x'.repeat(256)]) {
      expect(errorOf(() => transportKeyLabel(id)).reason).toBe('RequestIdNotAllowed');
    }
  });
});
