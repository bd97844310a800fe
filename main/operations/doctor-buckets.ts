import { basename } from 'node:path';
import type { BackupCopy } from '../../shared/domain/backup.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { BucketRecord } from '../catalog/bucket-store.ts';
import type { FolderBucket } from '../storage/folder-bucket.ts';
import { hashObject } from '../storage/hash-object.ts';
import type { ReadableObject } from '../storage/object-store.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { openBucket } from './buckets.ts';
import { counted, someOf } from './doctor-findings.ts';
import type { Findings } from './doctor-findings.ts';
import type { OperationContext } from './operation-context.ts';

type Depth = 'quick' | 'full';

/** Each bucket: reachable, the right one, every copy that the catalog knows there and as it was, and what else is there. */
export async function checkBuckets(
  context: OperationContext,
  findings: Findings,
  depth: Depth,
): Promise<void> {
  for (const record of context.catalog.buckets.list()) {
    findings.checked.buckets += 1;
    const subject = `bucket ${record.name} (${record.region})`;
    await findings.attempt(subject, async () => {
      await checkBucket(context, findings, record, await openBucket(record), depth);
    });
  }
}

async function checkBucket(
  context: OperationContext,
  findings: Findings,
  record: BucketRecord,
  bucket: FolderBucket,
  depth: Depth,
): Promise<void> {
  const subject = `bucket ${record.name} (${record.region})`;
  const known = copiesIn(context, record);
  const unknown: string[] = [];
  for await (const object of bucket.list()) {
    const copy = known.get(object.name);
    known.delete(object.name);
    if (copy === undefined) {
      unknown.push(object.name);
      continue;
    }
    findings.checked.copies += 1;
    const place = `object ${object.name} of ${subject}`;
    if (object.size !== copy.size || object.etag !== copy.etag) altered(findings, place, copy);
    else if (depth === 'full') {
      await findings.attempt(place, async () => {
        await using opened = await bucket.open(object.name);
        await compareContent(findings, place, copy, opened);
      });
    }
  }
  for (const [name, copy] of known) {
    findings.checked.copies += 1;
    findings.error(subject, {
      message: `Object ${name} is gone: a copy of backup ${copy.backupId} of ${copy.timeCreated}.`,
      next: 'Find out who deleted it. Copy it back from another place (backup get shows them, object copy), or back up anew.',
    });
  }
  if (unknown.length > 0) {
    findings.note(subject, {
      message: `It has ${counted(unknown.length, 'object')} that the catalog does not know: ${someOf(unknown)}.`,
      next: 'See what they are (backup inspect); backups among them are taken into the catalog with backup rebuild-catalog.',
    });
  }
}

/** Copies in files. A medium that is not plugged in is the usual thing: only what is there and wrong is an error. */
export async function checkFiles(
  { catalog }: OperationContext,
  findings: Findings,
  depth: Depth,
): Promise<void> {
  for (const copy of copiesOf(catalog)) {
    if (copy.place.kind !== 'file') continue;
    const { path } = copy.place;
    const place = `file ${path}`;
    findings.checked.copies += 1;
    await findings.attempt(place, async () => {
      const file = await offlineFile(path)
        .open(basename(path))
        .catch((failure: unknown) => {
          if (failure instanceof StrongroomError && failure.code === 'NotAuthorizedOrNotFound')
            return undefined;
          throw failure;
        });
      if (file === undefined) {
        findings.warning(place, {
          message: `The copy of backup ${copy.backupId} cannot be reached.`,
          next: 'Plug in the medium that has it, and run this again; if it is lost, export another copy.',
        });
        return;
      }
      await using opened = file;
      if (opened.size !== copy.size) altered(findings, place, copy);
      else if (depth === 'full') await compareContent(findings, place, copy, opened);
    });
  }
}

async function compareContent(
  findings: Findings,
  place: string,
  copy: BackupCopy,
  object: ReadableObject,
): Promise<void> {
  if ((await hashObject(object)) !== copy.etag) altered(findings, place, copy);
}

function altered(findings: Findings, place: string, copy: BackupCopy): void {
  findings.error(place, {
    message: `It is not as it was written: the copy of backup ${copy.backupId} had ${copy.size} bytes and the SHA-256 ${copy.etag}.`,
    next: 'Do not rely on it, and find out what happened to it. Verify another copy (backup get, backup verify), and copy that anew.',
  });
}

/** What the catalog knows to be in a bucket, by object name. */
function copiesIn({ catalog }: OperationContext, bucket: BucketRecord): Map<string, BackupCopy> {
  const copies = new Map<string, BackupCopy>();
  for (const copy of copiesOf(catalog)) {
    const { place, region } = copy;
    if (place.kind === 'bucket' && region === bucket.region && place.bucketName === bucket.name) {
      copies.set(place.objectName, copy);
    }
  }
  return copies;
}

function* copiesOf(catalog: OperationContext['catalog']): Generator<BackupCopy> {
  for (const backup of catalog.backups.iterate()) yield* catalog.backupCopies.listOf(backup.id);
}
