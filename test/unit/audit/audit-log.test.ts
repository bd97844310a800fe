import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditEndOf, auditEndOfError, auditEventOf } from '../../../main/audit/audit-event.ts';
import { decodeCheckpoint } from '../../../main/audit/audit-checkpoint.ts';
import { AuditLog } from '../../../main/audit/audit-log.ts';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import { openDatabase } from '../../../main/catalog/open-catalog.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import {
  attack,
  authenticate,
  BACKUP_EVENT,
  REALM_ID,
  REFUSED,
  temporaryAuditLog,
  writeEntries,
} from '../../support/audit-fixture.ts';
import { ocidOf, timeOf } from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the audit log', () => {
  it('rule R61: has an entry for the begin of an action and one for its outcome, linked by the event', () => {
    const { audit } = temporaryAuditLog();
    const eventId = audit.begin(BACKUP_EVENT);
    audit.end(eventId, {
      outcome: 'SUCCEEDED',
      resources: [ocidOf('backup', 'one')],
      detail: { sha256: 'f'.repeat(64) },
    });
    const [begun, ended, ...more] = audit.list({}).data;
    expect(more).toEqual([]);
    expect(begun).toMatchObject({
      sequence: 1,
      time: timeOf(1),
      eventId,
      operatorName: 'alice',
      operationName: 'vault.backup',
      outcome: 'BEGUN',
      resources: [ocidOf('vault', 'payments')],
      detail: { bucketName: 'backups', region: 'eu-frankfurt-1' },
    });
    expect(begun?.previousHash).toBeUndefined();
    expect(ended).toMatchObject({
      sequence: 2,
      eventId,
      operatorName: 'alice',
      operationName: 'vault.backup',
      outcome: 'SUCCEEDED',
      resources: [ocidOf('backup', 'one')],
      detail: { sha256: 'f'.repeat(64) },
      previousHash: begun?.hash,
    });
  });

  it('rule R61: has refusals, with their code and reason, and never their message', () => {
    const { audit } = temporaryAuditLog();
    audit.end(audit.begin(BACKUP_EVENT), REFUSED);
    audit.refuse({ operationName: 'vault.restore' }, REFUSED.error);
    const [, ended, refused] = audit.list({}).data;
    expect(ended).toMatchObject({
      outcome: 'REFUSED',
      errorCode: 'IncorrectState',
      errorReason: 'VaultState',
    });
    expect(refused).toMatchObject({
      outcome: 'REFUSED',
      operationName: 'vault.restore',
      errorCode: 'IncorrectState',
    });
    expect(refused?.operatorId).toBeUndefined();
    expect(JSON.stringify([ended, refused])).not.toContain('being deleted');
  });

  it('rule R73: gives what a crash cut off its outcome at the next start, once', () => {
    const path = join(temporaryFolder(), 'catalog.sqlite');
    const now = (): Date => new Date(timeOf(1));
    const crashed = openCatalog(path);
    const before = new AuditLog({ catalog: crashed, now });
    const finished = before.begin(BACKUP_EVENT);
    const cutOff = before.begin({ ...BACKUP_EVENT, operationName: 'vault.restore' });
    before.end(finished, { outcome: 'SUCCEEDED' });
    crashed.close();
    const catalog = openCatalog(path);
    const audit = new AuditLog({ catalog, now });
    expect(audit.interrupted()).toBe(1);
    expect(audit.interrupted()).toBe(0);
    expect(audit.list({}).data.at(-1)).toMatchObject({
      eventId: cutOff,
      operationName: 'vault.restore',
      operatorName: 'alice',
      outcome: 'INTERRUPTED',
    });
    expect(() => {
      audit.end(cutOff, { outcome: 'SUCCEEDED' });
    }).toThrow('no audited action');
    catalog.close();
  });

  it('rule R61: writes the end in the transaction of what it is about, or not at all', () => {
    const { audit, catalog } = temporaryAuditLog();
    const eventId = audit.begin(BACKUP_EVENT);
    expect(() => {
      catalog.transaction(() => {
        audit.end(eventId, { outcome: 'SUCCEEDED' });
        throw new Error('the work failed after all');
      });
    }).toThrow('after all');
    expect(audit.list({}).data).toHaveLength(1);
    audit.end(eventId, REFUSED);
    expect(audit.list({}).data.at(-1)?.outcome).toBe('REFUSED');
  });

  it('rule R61: the program itself cannot change or remove an entry', () => {
    const { audit, path } = temporaryAuditLog();
    audit.begin(BACKUP_EVENT);
    const database = openDatabase(path);
    expect(() => database.exec(`UPDATE audit_entries SET operator_name = 'bob'`)).toThrow('never changed');
    expect(() => database.exec('DELETE FROM audit_entries')).toThrow('never removed');
    database.close();
  });

  it('lists by time, operator, operation and outcome, in pages, newest last', () => {
    const { audit, catalog } = temporaryAuditLog();
    writeEntries(catalog, audit, 250);
    const sequences = (query: Parameters<AuditLog['list']>[0]): number[] =>
      audit.list(query).data.map((entry) => entry.sequence);
    const pages: number[] = [];
    let page: string | undefined;
    do {
      const answer = audit.list({ limit: 60, page });
      pages.push(...answer.data.map((entry) => entry.sequence));
      page = answer.nextPage;
    } while (page !== undefined);
    expect(pages).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(sequences({ since: timeOf(10), until: timeOf(13) })).toEqual([10, 11, 12]);
    expect(sequences({ operatorName: 'bob' })).toEqual([]);
    expect(sequences({ operationName: 'vault.backup', outcome: 'BEGUN', limit: 3 })).toEqual([1, 3, 5]);
    expect(errorOf(() => audit.list({ page: 'made up' })).reason).toBe('PageToken');
  });

  it('rule R74: a row that Strongroom did not write is a damaged catalog', () => {
    const { audit, path } = temporaryAuditLog();
    audit.begin(BACKUP_EVENT);
    attack(path, ({ database }) => database.exec(`UPDATE audit_entries SET resources = '[1]'`));
    expect(errorOf(() => audit.list({})).reason).toBe('CatalogDamaged');
  });
});

describe('checkpoints', () => {
  it('rule R61: a token vouches for the newest entry; small enough for a backup’s header', async () => {
    const { audit } = temporaryAuditLog();
    expect(await audit.checkpoint('eu-frankfurt-1', authenticate)).toBeUndefined();
    expect(audit.newestCheckpoint()).toBeUndefined();
    audit.begin(BACKUP_EVENT);
    const encoded = await audit.checkpoint('eu-frankfurt-1', authenticate);
    expect(encoded?.length).toBeLessThan(512);
    expect(decodeCheckpoint(encoded!)).toMatchObject({
      realmId: REALM_ID,
      sequence: 1,
      hash: audit.list({}).data[0]?.hash,
      time: timeOf(2),
      regionId: 'eu-frankfurt-1',
    });
    expect(Buffer.from(audit.newestCheckpoint()!)).toEqual(encoded);
  });

  it('rule R74: nothing but what was encoded is decoded', async () => {
    const { audit } = temporaryAuditLog();
    audit.begin(BACKUP_EVENT);
    const encoded = Buffer.from((await audit.checkpoint('eu-frankfurt-1', authenticate))!);
    for (let length = 0; length < encoded.length; length += 1) {
      expect(decodeCheckpoint(encoded.subarray(0, length))).toBeUndefined();
    }
    expect(decodeCheckpoint(Buffer.concat([encoded, Buffer.of(0)]))).toBeUndefined();
    const spaced = Buffer.from(encoded);
    // The sequence number, one digit, stands behind label, realm id and log id.
    const digit = encoded.indexOf(Buffer.from([0, 0, 0, 1, 0x31])) + 4;
    spaced[digit] = 0x20;
    expect(decodeCheckpoint(spaced)).toBeUndefined();
  });
});

describe('what an event tells', () => {
  const request = {
    vaultId: ocidOf('vault', 'payments'),
    displayName: 'Payments',
    keyShape: { algorithm: 'AES', length: 32 },
    backupLocation: {
      destination: 'BUCKET',
      bucketName: 'backups',
      objectName: 'one',
      uri: 'https://secret',
    },
    pin: '123456',
    passphrase: 'correct horse',
    content: 'a secret',
    confirmWords: 'abandon abandon',
    sharePath: ['/media/share'],
    freeformTags: { name: 'from a tag' },
    leftOut: [{ displayName: 'hidden in a list' }],
  };

  it('rule R61: names, places, hashes and OCIDs, from a list of what may be told', () => {
    expect(auditEventOf({ operationName: 'vault.backup', request })).toEqual({
      operationName: 'vault.backup',
      resources: [request.vaultId],
      detail: {
        displayName: 'Payments',
        algorithm: 'AES',
        length: '32',
        bucketName: 'backups',
        objectName: 'one',
      },
    });
  });

  it('rule R61: an end tells what was made, or the error; a fault is FAILED, a refusal REFUSED', () => {
    expect(
      auditEndOf({ backup: { id: ocidOf('backup', 'b'), sha256: 'f'.repeat(64) }, publicKey: 'PEM' }),
    ).toEqual({
      outcome: 'SUCCEEDED',
      resources: [ocidOf('backup', 'b')],
      detail: { sha256: 'f'.repeat(64) },
    });
    expect(auditEndOfError(new StrongroomError('ServiceUnavailable', 'm', 'n')).outcome).toBe('FAILED');
    expect(auditEndOfError(new StrongroomError('Conflict', 'm', 'n')).outcome).toBe('REFUSED');
  });
});
