import { describe, expect, it } from 'vitest';
import { accessRules } from '../../../main/operations/access-rules.ts';
import { recordedLocation } from '../../../main/operations/backup-location.ts';
import { redactRequest } from '../../../main/operations/redact-request.ts';
import type { BackupDestination } from '../../../shared/contract/fields.ts';
import {
  FRANKFURT,
  insertVault,
  keyRecord,
  ocidOf,
  temporaryCatalog,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';

const SECRET = 'hT7wKc9ZrY2uLmQe5Dv8Xn3Ba6Sg1Jf4';
const behindUri: BackupDestination = {
  destination: 'PRE_AUTHENTICATED_REQUEST_URI',
  uri: `https://objects.example/p/${SECRET}/n/acme/b/backups/o/a.backup`,
  caFile: '/etc/ca.pem',
};
const inBucket: BackupDestination = { destination: 'BUCKET', bucketName: 'backups' };
const inFile: BackupDestination = { destination: 'OFFLINE_FILE', file: '/backups/a' };

describe('a location that is a secret', () => {
  it('rule R74: is kept by host and hash alone', () => {
    const kept = recordedLocation(behindUri);
    expect(kept).toEqual({
      destination: 'PRE_AUTHENTICATED_REQUEST_URI',
      host: 'objects.example',
      uriSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(JSON.stringify(redactRequest({ backupLocation: behindUri }))).not.toContain(SECRET);
    expect(recordedLocation(inBucket)).toBe(inBucket);
  });
});

describe('where a backup goes', () => {
  const permissions = (rule: unknown): unknown[] =>
    (rule as readonly { permission: string }[]).map(({ permission }) => permission);

  it('rule R62: to a URL it needs PAR_MANAGE where the vault is, to a bucket OBJECT_CREATE where that is', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a']);
    catalog.buckets.insert({
      id: ocidOf('bucket', 'backups'),
      namespace: 'n',
      name: 'backups',
      compartmentId: ocidOf('tenancy', 'acme'),
      kind: 'folder',
      region: FRANKFURT,
      location: '/backups',
      timeCreated: timeOf(1),
    });
    const vault = { vaultId: vaultRecord().id, isIncludeKeys: true };
    const key = { keyId: keyRecord('a').id };
    const ofVault = (backupLocation: BackupDestination) =>
      accessRules['vault.backup'](catalog, { ...vault, backupLocation });
    const ofKey = (backupLocation: BackupDestination) =>
      accessRules['key.backup'](catalog, { ...key, backupLocation });
    expect(permissions(ofVault(inFile))).toEqual(['VAULT_BACKUP']);
    expect(permissions(ofVault(inBucket))).toEqual(['VAULT_BACKUP', 'OBJECT_CREATE']);
    expect(permissions(ofVault(behindUri))).toEqual(['VAULT_BACKUP', 'PAR_MANAGE']);
    expect(permissions(ofKey(inFile))).toEqual(['KEY_BACKUP']);
    expect(permissions(ofKey(inBucket))).toEqual(['KEY_BACKUP', 'OBJECT_CREATE']);
    expect(permissions(ofKey(behindUri))).toEqual(['KEY_BACKUP', 'PAR_MANAGE']);
    for (const rule of [ofVault(inBucket), ofKey(inBucket)]) {
      const target = { compartmentId: ocidOf('tenancy', 'acme'), bucketName: 'backups', region: FRANKFURT };
      expect(rule).toContainEqual({ permission: 'OBJECT_CREATE', target });
    }
    for (const rule of [ofVault(behindUri), ofKey(behindUri)]) {
      expect(rule).toContainEqual({
        permission: 'PAR_MANAGE',
        target: expect.objectContaining({ compartmentId: vaultRecord().compartmentId }) as unknown,
      });
    }
  });
});
