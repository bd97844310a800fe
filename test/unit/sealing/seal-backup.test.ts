import { describe, expect, it } from 'vitest';
import {
  collect,
  knownToken,
  MemorySource,
  sealInMemory,
  vaultWithKeys,
} from '../../support/sealed-backup-fixture.ts';
import { openSealedBackup } from '../../../main/sealing/open-sealed-backup.ts';
import { verifySealedBackup } from '../../../main/sealing/verify-sealed-backup.ts';

describe('smoke', () => {
  it('round trips', async () => {
    const token = knownToken();
    const entries = vaultWithKeys(token);
    const { bytes, summary } = await sealInMemory(token, entries);
    const source = new MemorySource(bytes);
    const verified = await verifySealedBackup(source, {
      depth: 'keys',
      token,
      onProgress: (...a) => console.log(a),
    });
    console.log(verified, summary);
    const reader = await openSealedBackup(source, token);
    expect(await collect(reader.entries())).toEqual(entries);
    for (const entry of entries) expect(await reader.entry(entry.id)).toEqual(entry);
  });
});
