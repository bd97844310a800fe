import { describe, expect, it } from 'vitest';
import { etagOf, pageWithEtags, requireMatch, withEtag } from '../../../main/operations/etag.ts';
import { errorOf } from '../../support/error-of.ts';
import { keyRecord, vaultRecord } from '../../support/catalog-fixture.ts';

describe('etags', () => {
  it('rule R60: are the same for the same record, whatever the order of its fields, and change with any of them', () => {
    const vault = vaultRecord();
    expect(etagOf(vault)).toMatch(/^[0-9a-f]{32}$/);
    const reversed = Object.fromEntries(Object.entries(vault).reverse());
    expect(etagOf(reversed)).toBe(etagOf(vault));
    for (const change of [
      { displayName: 'payments2' },
      { lifecycleState: 'UPDATING' as const },
      { freeformTags: { owner: 'Treasury' } },
      { definedTags: { Finance: { costCentre: '43' } } },
      { timeOfDeletion: vault.timeCreated },
    ]) {
      expect(etagOf({ ...vault, ...change }), JSON.stringify(change)).not.toBe(etagOf(vault));
    }
    expect(etagOf(keyRecord())).not.toBe(etagOf(vault));
    expect(etagOf({ ...vault, timeOfDeletion: undefined })).toBe(etagOf(vault));
  });

  it('rule R60: stand beside each record of an answer', () => {
    const vault = vaultRecord();
    expect(withEtag(vault)).toEqual({ ...vault, etag: etagOf(vault) });
    expect(pageWithEtags({ data: [vault], nextPage: 'next' })).toEqual({
      data: [withEtag(vault)],
      nextPage: 'next',
    });
  });

  it('rule R60: 412 for what has changed or is not there; without if-match anything goes', () => {
    const vault = vaultRecord();
    requireMatch(undefined, vault, 'The vault');
    requireMatch(undefined, undefined, 'The vault');
    requireMatch(etagOf(vault), vault, 'The vault');
    for (const record of [{ ...vault, displayName: 'other' }, undefined]) {
      const error = errorOf(() => {
        requireMatch(etagOf(vault), record, 'The vault');
      });
      expect(error).toMatchObject({ code: 'NoEtagMatch', status: 412, reason: 'EtagDiffers' });
    }
  });
});
