import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import { ENTRY_PREFIX_LENGTH, MAXIMUM_ENTRY_LENGTH, decodeEntry } from './entry-codec.ts';
import { refusal } from './refusal.ts';

/** An entry with the bytes it was decoded from and where they stand in the plaintext. */
export interface StreamedEntry {
  readonly entry: BackupEntry;
  readonly encoded: Uint8Array;
  readonly offset: number;
}

/** Takes the entries section apart as it is decrypted; holds one piece and one unfinished entry at a time. */
export async function* decodeEntries(
  section: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamedEntry, void, undefined> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  let count = 0;
  for await (const piece of section) {
    pending = Buffer.concat([pending, piece]);
    let at = 0;
    while (pending.length - at >= ENTRY_PREFIX_LENGTH) {
      const length = pending.readUInt32BE(at);
      if (length > MAXIMUM_ENTRY_LENGTH) {
        throw refusal(
          'EntryTooLarge',
          `Entry ${count + 1} claims ${length} bytes; an entry has at most ${MAXIMUM_ENTRY_LENGTH}.`,
        );
      }
      const start = at + ENTRY_PREFIX_LENGTH;
      if (start + length > pending.length) break;
      const encoded = pending.subarray(start, start + length);
      count += 1;
      yield { entry: decodeEntry(encoded, `number ${count}`), encoded, offset: offset + start };
      at = start + length;
    }
    pending = pending.subarray(at);
    offset += at;
  }
  if (pending.length > 0) throw refusal('EntryMalformed', `Entry ${count + 1} runs into the index.`);
}
