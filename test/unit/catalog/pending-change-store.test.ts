import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import {
  insertVault,
  keyRecord,
  keyVersionRecord,
  ocidOf,
  temporaryCatalog,
  tenancyRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

const RESTORE = ocidOf('workrequest', 'restore');
const BACKUP = ocidOf('workrequest', 'backup');

function insertWorkRequests(catalog: Catalog): void {
  for (const id of [RESTORE, BACKUP]) {
    catalog.workRequests.insert({
      id,
      operationType: 'RESTORE_VAULT',
      status: 'IN_PROGRESS',
      percentComplete: 0,
      timeAccepted: timeOf(0),
      intent: {},
      operation: 'vault.restore',
    });
  }
}

/** Everything that pending changes can touch. */
function everything(catalog: Catalog): unknown {
  return {
    compartments: catalog.compartments.list().data,
    vaults: catalog.vaults.list().data,
    keys: catalog.keys.list().data,
    versions: [...catalog.keyVersions.iterate()],
  };
}

const parent = {
  id: ocidOf('compartment', 'parent'),
  compartmentId: tenancyRecord().id,
  name: 'p',
  timeCreated: timeOf(1),
};
const child = {
  id: ocidOf('compartment', 'child'),
  compartmentId: parent.id,
  name: 'c',
  timeCreated: timeOf(2),
};
const newVault = vaultRecord('new', { lifecycleState: 'RESTORING', compartmentId: child.id });
const newKey = keyRecord('new', {
  lifecycleState: 'RESTORING',
  vaultId: newVault.id,
  compartmentId: child.id,
});
const newVersion = keyVersionRecord('new', 1, {
  lifecycleState: 'CREATING',
  vaultId: newVault.id,
  compartmentId: child.id,
});

/** A restore that makes one vault with one key, and adds a version to a disabled key that is here. */
function beginRestore(catalog: Catalog): void {
  const { pendingChanges } = catalog;
  for (const compartment of [parent, child]) {
    catalog.compartments.insert(compartment);
    pendingChanges.add(RESTORE, 'compartment', compartment.id);
  }
  catalog.vaults.insert(newVault);
  pendingChanges.add(RESTORE, 'vault', newVault.id, 'ACTIVE');
  catalog.keys.insert(newKey);
  pendingChanges.add(RESTORE, 'key', newKey.id, 'DISABLED');
  pendingChanges.hold(RESTORE, 'vault', vaultRecord().id, 'RESTORING');
  pendingChanges.hold(RESTORE, 'key', keyRecord().id, 'RESTORING');
  for (const version of [newVersion, keyVersionRecord('cards', 2, { lifecycleState: 'CREATING' })]) {
    catalog.keyVersions.insert(version);
    pendingChanges.add(RESTORE, 'keyVersion', version.id, 'ENABLED');
  }
}

function prepared(): Catalog {
  const { catalog } = temporaryCatalog();
  insertVault(catalog, ['cards', 'other']);
  catalog.keys.update(keyRecord().id, { lifecycleState: 'DISABLED' });
  insertWorkRequests(catalog);
  return catalog;
}

describe('pending changes', () => {
  it('rule R46: give everything its final state at once', () => {
    const catalog = prepared();
    beginRestore(catalog);
    expect(catalog.pendingChanges.stateBefore('key', keyRecord().id)).toBe('DISABLED');
    expect(catalog.pendingChanges.stateBefore('key', newKey.id)).toBeUndefined();
    catalog.transaction(() => {
      catalog.pendingChanges.apply(RESTORE);
    });
    expect(catalog.vaults.require(newVault.id).lifecycleState).toBe('ACTIVE');
    expect(catalog.vaults.require(vaultRecord().id).lifecycleState).toBe('ACTIVE');
    expect(catalog.keys.require(newKey.id).lifecycleState).toBe('DISABLED');
    expect(catalog.keys.require(keyRecord().id).lifecycleState).toBe('DISABLED');
    expect(catalog.keyVersions.require(newVersion.id).lifecycleState).toBe('ENABLED');
    expect(catalog.keyVersions.require(keyVersionRecord('cards', 2).id).lifecycleState).toBe('ENABLED');
    expect(catalog.pendingChanges.stateBefore('key', keyRecord().id)).toBeUndefined();
  });

  it('rule R73: are undone without a trace', () => {
    const catalog = prepared();
    const before = everything(catalog);
    beginRestore(catalog);
    expect(everything(catalog)).not.toEqual(before);
    catalog.transaction(() => {
      catalog.pendingChanges.undo(RESTORE);
    });
    expect(everything(catalog)).toEqual(before);
    // Nothing is left of it: undoing or applying again changes nothing.
    catalog.pendingChanges.apply(RESTORE);
    catalog.pendingChanges.undo(RESTORE);
    expect(everything(catalog)).toEqual(before);
  });

  it('of a compartment that somebody uses meanwhile stay, with its parents', () => {
    const catalog = prepared();
    beginRestore(catalog);
    const guest = vaultRecord('guest', { compartmentId: child.id });
    catalog.vaults.insert(guest);
    catalog.transaction(() => {
      catalog.pendingChanges.undo(RESTORE);
    });
    expect(catalog.vaults.require(guest.id)).toEqual(guest);
    expect(catalog.compartments.require(parent.id)).toEqual(parent);
    expect(catalog.vaults.get(newVault.id)).toBeUndefined();
  });

  it('rule R47: belong to one work request at a time', () => {
    const catalog = prepared();
    beginRestore(catalog);
    const error = errorOf(() => {
      catalog.pendingChanges.hold(BACKUP, 'key', keyRecord().id, 'BACKUP_IN_PROGRESS');
    });
    expect([error.code, error.reason]).toEqual(['Conflict', 'ResourceBusy']);
    expect(catalog.keys.require(keyRecord().id).lifecycleState).toBe('RESTORING');
    catalog.pendingChanges.hold(BACKUP, 'key', keyRecord('other').id, 'BACKUP_IN_PROGRESS');
    catalog.pendingChanges.undo(RESTORE);
    expect(catalog.keys.require(keyRecord('other').id).lifecycleState).toBe('BACKUP_IN_PROGRESS');
    catalog.pendingChanges.apply(BACKUP);
    expect(catalog.keys.require(keyRecord('other').id).lifecycleState).toBe('ENABLED');
  });
});
