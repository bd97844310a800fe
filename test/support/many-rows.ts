import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openCatalog, openDatabase } from '../../main/catalog/open-catalog.ts';
import { newOcid, newVaultToken, vaultTokenOf } from '../../main/operations/new-ocid.ts';

/** Shapes and states of the rows, turn by turn. */
const STATES = ['ENABLED', 'ENABLED', 'ENABLED', 'DISABLED'] as const;
const LENGTHS = [16, 24, 32] as const;

/**
 * Puts thousands of rows into the catalog of a home that nobody has open, by the catalog's own stores: for lists, which
 * ask no token. A token would make as many keys in a quarter of an hour.
 * @param like the vault that the keys get, and whose region and compartment the vaults get.
 */
export function addManyRows(
  home: string,
  like: { readonly vaultId: string },
  counts: { readonly keys: number; readonly vaults: number },
): void {
  const catalog = openCatalog(join(home, 'catalog.sqlite'));
  try {
    catalog.transaction(() => {
      const vault = catalog.vaults.require(like.vaultId);
      const { region, compartmentId } = vault;
      const vaultToken = vaultTokenOf(vault.id);
      const start = Date.parse('2026-01-01T00:00:00Z');
      for (let index = 0; index < counts.vaults; index += 1) {
        const time = new Date(start + index * 1000).toISOString();
        catalog.vaults.insert({
          ...vault,
          id: newOcid('vault', { region, vaultToken: newVaultToken() }),
          displayName: `Vault ${String(index).padStart(5, '0')}`,
          freeformTags: {},
          definedTags: {},
          timeCreated: time,
          metadataTime: time,
        });
      }
      for (let index = 0; index < counts.keys; index += 1) {
        const time = new Date(start + index * 1000).toISOString();
        const keyId = newOcid('key', { region, vaultToken });
        const versionId = newOcid('keyversion', { region, vaultToken });
        catalog.keys.insert({
          id: keyId,
          vaultId: vault.id,
          compartmentId,
          displayName: `Key ${String(index).padStart(5, '0')}`,
          keyShape: { algorithm: 'AES', length: LENGTHS[index % LENGTHS.length] ?? 32 },
          protectionMode: 'HSM',
          lifecycleState: STATES[index % STATES.length] ?? 'ENABLED',
          currentKeyVersion: versionId,
          freeformTags: {},
          definedTags: {},
          timeCreated: time,
          metadataTime: time,
        });
        catalog.keyVersions.insert({
          id: versionId,
          keyId,
          vaultId: vault.id,
          compartmentId,
          region,
          lifecycleState: 'ENABLED',
          origin: 'INTERNAL',
          timeCreated: time,
          materialId: randomBytes(16).toString('hex'),
        });
      }
    });
  } finally {
    catalog.close();
  }
}

/** Lets everything that is scheduled for deletion be due, also in a home that is open: tests cannot wait for a week. */
export function makeDeletionsDue(home: string): void {
  const database = openDatabase(join(home, 'catalog.sqlite'));
  try {
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString();
    database.prepare('UPDATE scheduled_deletions SET time_of_deletion = ?').run(yesterday);
    for (const table of ['vaults', 'keys', 'key_versions']) {
      database
        .prepare(`UPDATE ${table} SET time_of_deletion = ? WHERE time_of_deletion IS NOT NULL`)
        .run(yesterday);
    }
  } finally {
    database.close();
  }
}
