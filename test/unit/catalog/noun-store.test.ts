import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePageToken } from '../../../main/catalog/page.ts';
import {
  FRANKFURT,
  insertVault,
  keyRecord,
  keyVersionRecord,
  LONDON,
  ocidOf,
  temporaryCatalog,
  tenancyRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

describe('rows', () => {
  it('come back as they were written, with and without what is optional', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, []);
    const full = vaultRecord('full', {
      lifecycleState: 'PENDING_DELETION',
      timeOfDeletion: timeOf(500),
      restoredFromVaultId: ocidOf('vault', 'original', LONDON),
      freeformTags: { __proto__x: 'ü"\\', empty: '' },
      definedTags: {},
    });
    catalog.vaults.insert(full);
    expect(catalog.vaults.get(full.id)).toEqual(full);
    expect(Object.keys(catalog.vaults.require(vaultRecord().id))).not.toContain('timeOfDeletion');
  });

  it('that are missing are undefined for get; require says which command shows what there is', () => {
    const { catalog } = temporaryCatalog();
    const id = vaultRecord().id;
    expect(catalog.vaults.get(id)).toBeUndefined();
    for (const call of [
      () => catalog.vaults.require(id),
      () => {
        catalog.vaults.update(id, { displayName: 'x' });
      },
      () => {
        catalog.vaults.update(id, {});
      },
    ]) {
      const error = errorOf(call);
      expect([error.code, error.status, error.reason]).toEqual([
        'NotAuthorizedOrNotFound',
        404,
        'NotInCatalog',
      ]);
      expect(error.message).toContain(`vault ${id}`);
      expect(error.next).toContain('vault list');
    }
  });

  it('cannot be inserted twice, and the first stays', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const error = errorOf(() => {
      catalog.vaults.insert(vaultRecord('payments', { displayName: 'another' }));
    });
    expect([error.code, error.reason]).toEqual(['NotAuthorizedOrResourceAlreadyExists', 'AlreadyInCatalog']);
    expect(catalog.vaults.require(vaultRecord().id).displayName).toBe('payments');
  });

  it('change only in what the patch has; what is undefined in it is cleared', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const { id } = vaultRecord();
    catalog.vaults.update(id, { lifecycleState: 'PENDING_DELETION', timeOfDeletion: timeOf(9) });
    expect(catalog.vaults.require(id)).toEqual(
      vaultRecord('payments', { lifecycleState: 'PENDING_DELETION', timeOfDeletion: timeOf(9) }),
    );
    catalog.vaults.update(id, { lifecycleState: 'ACTIVE', timeOfDeletion: undefined });
    expect(catalog.vaults.require(id)).toEqual(vaultRecord());
  });

  it('that would not be read back are not written', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    expect(() => {
      catalog.vaults.insert(vaultRecord('odd', { lifecycleState: 'ASLEEP' as 'ACTIVE' }));
    }).toThrow(/vault is not as it must be: lifecycleState/);
    expect(() => {
      catalog.vaults.update(vaultRecord().id, { displayName: 'bell\u0007' });
    }).toThrow(/vault is not as it must be: displayName/);
    expect(catalog.vaults.list().data).toEqual([vaultRecord()]);
  });

  it('without what they belong to are refused by SQLite', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    expect(() => {
      catalog.vaults.insert(vaultRecord('astray', { compartmentId: ocidOf('compartment', 'nowhere') }));
    }).toThrow(/FOREIGN KEY/);
    expect(() => {
      catalog.keyVersions.insert(keyVersionRecord('cards', 2, { vaultId: ocidOf('vault', 'another') }));
    }).toThrow(/FOREIGN KEY/);
    expect(() => {
      catalog.compartments.delete(tenancyRecord().id);
    }).toThrow(/FOREIGN KEY/);
    expect(catalog.vaults.list().data).toHaveLength(1);
    expect(catalog.keyVersions.count({})).toBe(1);
  });

  it('rule R46: a key becomes usable only with its current version', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, []);
    catalog.keys.insert(keyRecord('cards', { lifecycleState: 'RESTORING' }));
    expect(() => {
      catalog.keys.update(keyRecord().id, { lifecycleState: 'ENABLED' });
    }).toThrow(/current version/);
    catalog.keyVersions.insert(keyVersionRecord());
    catalog.keys.update(keyRecord().id, { lifecycleState: 'ENABLED' });
    expect(() => {
      catalog.keys.update(keyRecord().id, { currentKeyVersion: ocidOf('keyversion', 'of another') });
    }).toThrow(/current version/);
  });
});

describe('lists', () => {
  it('are stable page by page: each row once, in order, while others are added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (seconds, limit) => {
          const { catalog } = temporaryCatalog();
          insertVault(catalog, []);
          const vaults = seconds.map((second, index) =>
            vaultRecord(`vault ${index}`, { timeCreated: timeOf(second) }),
          );
          catalog.transaction(() => {
            for (const vault of vaults) catalog.vaults.insert(vault);
          });
          const seen: string[] = [];
          let page: string | undefined;
          let added = 0;
          do {
            const answer = catalog.vaults.list({ limit, page });
            expect(answer.data.length).toBeLessThanOrEqual(limit);
            seen.push(...answer.data.map((vault) => vault.id));
            page = answer.nextPage;
            // Older than everything: a list by position would show a row twice now.
            added += 1;
            catalog.vaults.insert(vaultRecord(`old ${added}`, { timeCreated: timeOf(-added) }));
          } while (page !== undefined);
          const expected = [vaultRecord(), ...vaults]
            .sort((a, b) => (a.timeCreated + a.id < b.timeCreated + b.id ? -1 : 1))
            .map((vault) => vault.id);
          expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('have no next page where the rows end exactly', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a', 'b']);
    expect(catalog.keys.list({ limit: 2 }).nextPage).toBeUndefined();
    expect(catalog.keys.list({ limit: 1 }).nextPage).toBeTypeOf('string');
    expect(catalog.realm.get()).toBeUndefined();
  });

  it('narrow by what is given, and by nothing else', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a', 'b', 'c']);
    const vault = vaultRecord('other', { region: LONDON });
    catalog.vaults.insert(vault);
    catalog.keys.insert(keyRecord('d', { vaultId: vault.id, lifecycleState: 'DISABLED' }));
    const names = (filters: Parameters<typeof catalog.keys.list>[0]): string[] =>
      catalog.keys
        .list(filters)
        .data.map((key) => key.displayName)
        .sort();
    expect(names({ vaultId: vaultRecord().id })).toEqual(['a', 'b', 'c']);
    expect(names({ vaultId: undefined, lifecycleState: 'DISABLED' })).toEqual(['d']);
    expect(names({ vaultId: vaultRecord().id, lifecycleState: 'DISABLED' })).toEqual([]);
    expect(names({ compartmentId: tenancyRecord().id })).toEqual(['a', 'b', 'c', 'd']);
    expect(catalog.vaults.list({ region: LONDON }).data).toEqual([vault]);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('nonsense').toString('base64url')],
    ['another shape', encodePageToken(['one'])],
    ['numbers', Buffer.from('[1,2]').toString('base64url')],
    ['padding', `${encodePageToken(['a', 'bc'])}==`],
    ['nothing', ''],
  ])('rule R74: refuse a page token of %s', (_what, page) => {
    const { catalog } = temporaryCatalog();
    const error = errorOf(() => catalog.vaults.list({ page }));
    expect([error.code, error.reason]).toEqual(['InvalidParameter', 'PageToken']);
  });

  it.each([0, -1, 1001, 1.5, Number.NaN])('rule R74: refuse a limit of %d', (limit) => {
    const { catalog } = temporaryCatalog();
    expect(errorOf(() => catalog.vaults.list({ limit })).reason).toBe('PageLimit');
  });

  it('let the caller write between two rows of an iteration, past the borders of its pages', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    catalog.transaction(() => {
      for (let number = 2; number <= 2100; number += 1) {
        catalog.keyVersions.insert(keyVersionRecord('cards', number));
      }
    });
    let count = 0;
    catalog.transaction(() => {
      for (const version of catalog.keyVersions.iterateOfKey(keyRecord().id)) {
        catalog.keyVersions.update(version.id, { lifecycleState: 'DISABLED' });
        count += 1;
      }
    });
    expect(count).toBe(2100);
    expect(catalog.keyVersions.count({ versionStates: ['DISABLED'] })).toBe(2100);
  });
});

describe('regions, realm, enrolments', () => {
  it('rule R1: a home has one realm at the most, and says how to get one', () => {
    const { catalog } = temporaryCatalog();
    const error = errorOf(() => catalog.realm.require());
    expect([error.code, error.reason]).toEqual(['NotAuthorizedOrNotFound', 'NoRealm']);
    expect(error.next).toContain('realm create');
    const realm = {
      realmId: '1'.repeat(32),
      name: 'Acme realm',
      tenancyId: tenancyRecord().id,
      tenancyName: 'Acme',
      rbkId: '2'.repeat(32),
      rakId: '3'.repeat(32),
      rbkCheckValue: '4'.repeat(32),
      rakCheckValue: '5'.repeat(32),
      timeCreated: timeOf(0),
    };
    catalog.realm.insert(realm);
    expect(catalog.realm.require()).toEqual(realm);
    expect(
      errorOf(() => {
        catalog.realm.insert({ ...realm, realmId: '9'.repeat(32) });
      }).reason,
    ).toBe('AlreadyInCatalog');
    expect(catalog.realm.require()).toEqual(realm);
  });

  it('rule R2: a region can be bound to another token, and detached', () => {
    const { catalog } = temporaryCatalog();
    const region = {
      regionId: FRANKFURT,
      regionKey: 'FRA',
      token: { modulePath: '/usr/lib/module.so', tokenLabel: 'first' },
      profile: {
        timeProbed: timeOf(0),
        token: { label: 'first', serial: '1', manufacturer: 'm', model: 'm', firmwareVersion: '1.0' },
        keyWrapMechanism: 0x210b,
        oaepHashes: ['SHA-256' as const],
        keyTypes: ['AES' as const],
        enforces: {
          wrapWithTrusted: true,
          trustedWhilePrivate: true,
          allowedMechanisms: false,
          extractable: true,
        },
        missing: [],
        weaknesses: ['whoever holds this PIN can extract keys'],
      },
      timeBound: timeOf(1),
      timeProven: timeOf(1),
      isCeremonyClosed: false,
    };
    catalog.regions.insert(region);
    expect(catalog.regions.list()).toEqual([region]);
    expect(
      errorOf(() => {
        catalog.regions.insert({ ...region, regionId: LONDON });
      }).reason,
    ).toBe('AlreadyInCatalog');
    const token = {
      modulePath: '/opt/other.so',
      tokenLabel: 'second',
      moduleParameters: "configdir='sql:x'",
    };
    catalog.regions.update(FRANKFURT, { token, timeProven: timeOf(7) });
    expect(catalog.regions.require(FRANKFURT)).toEqual({ ...region, token, timeProven: timeOf(7) });
    expect(catalog.regions.delete(FRANKFURT)).toBe(true);
    expect(catalog.regions.delete(FRANKFURT)).toBe(false);
    expect(errorOf(() => catalog.regions.require(FRANKFURT)).next).toContain('region list');
  });

  it('rule R3: an enrolment request waits until it is answered', () => {
    const { catalog } = temporaryCatalog();
    const enrolment = {
      requestId: 'a'.repeat(32),
      regionId: LONDON,
      regionKey: 'LHR',
      token: { modulePath: '/usr/lib/module.so', tokenLabel: 'new' },
      requestFileSha256: 'b'.repeat(64),
      timeCreated: timeOf(3),
    };
    catalog.enrolments.insert(enrolment);
    expect(catalog.enrolments.get(enrolment.requestId)).toEqual(enrolment);
    expect(catalog.enrolments.delete(enrolment.requestId)).toBe(true);
    expect(catalog.enrolments.get(enrolment.requestId)).toBeUndefined();
  });
});
