import type { Strongroom } from '../../main/strongroom.ts';

/**
 * All that lists say of compartments, buckets, vaults, keys, key versions, backups and copies, without what no bucket or
 * medium holds: of a backup what was left out, whether keys were asked for if it has none, and which work request made it, of a copy its times,
 * of a record its etag, which says how often this very home changed it.
 */
export async function whatCatalogSays(call: Strongroom['call']) {
  const vaults = (await call('vault.list', { limit: 1000 })).data;
  const keys = (await call('key.list', { limit: 1000 })).data;
  const versions = await Promise.all(
    keys.map(({ id }) => call('key-version.list', { keyId: id, limit: 1000 })),
  );
  const { data, warnings } = await call('backup.list', { limit: 1000 });
  const backups = await Promise.all(data.map(({ id }) => call('backup.get', { backupId: id })));
  return {
    compartments: (await call('compartment.list', { limit: 1000 })).data
      .map((row) => withoutTimeOfRoot(withoutEtag(row)))
      .sort(byId),
    buckets: (await call('bucket.list', {})).data.sort(byId),
    vaults: vaults.map(withoutEtag).sort(byId),
    keys: keys.map(withoutEtag).sort(byId),
    versions: versions.flatMap((page) => page.data.map(withoutEtag)).sort(byId),
    backups: backups
      .map(({ workRequestId: _made, leftOut: _leftOut, copies, ...backup }) => ({
        ...backup,
        isIncludeKeys: backup.isIncludeKeys && backup.keyCount > 0,
        copies: copies
          .map(({ timeCreated: _created, timeVerified: _verified, ...copy }) => copy)
          .sort((a, b) => (JSON.stringify(a.place) < JSON.stringify(b.place) ? -1 : 1)),
      }))
      .sort(byId),
    warnings,
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function withoutEtag<Row extends object>(row: Row): Omit<Row, 'etag'> {
  const { etag: _etag, ...rest } = row as Row & { readonly etag?: string };
  return rest;
}

/** The tenancy is made anew when a token is attached: only then does it begin in this home. */
function withoutTimeOfRoot<Row extends { readonly id: string; readonly timeCreated: string }>(
  row: Row & { readonly compartmentId?: string | undefined },
): { readonly id: string } & Partial<Row> {
  const { timeCreated: _created, ...rest } = row;
  return row.compartmentId === undefined ? (rest as { readonly id: string } & Partial<Row>) : row;
}
