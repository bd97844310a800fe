import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPinFile } from '../../../main/hsm/pin-reader.ts';
import type { StrongroomError } from '../../../shared/domain/errors.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-pin-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function pinFile(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, 'pin');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function refusal(path: string): StrongroomError {
  try {
    readPinFile(path);
  } catch (thrown) {
    return thrown as StrongroomError;
  }
  throw new Error('the PIN file was not refused');
}

describe('PIN files (rule R71)', () => {
  it('give their first line, without its end', () => {
    expect(readPinFile(pinFile('1234'))).toBe('1234');
    expect(readPinFile(pinFile('1234\n'))).toBe('1234');
    expect(readPinFile(pinFile('1234\r\nsecond line\n'))).toBe('1234');
    expect(readPinFile(pinFile(' pin with spaces \n'))).toBe(' pin with spaces ');
    expect(readPinFile(pinFile('\ufeffPIN from an editor that marks UTF-8'))).toBe(
      'PIN from an editor that marks UTF-8',
    );
    expect(readPinFile(pinFile('x'.repeat(255) + '\r\n'))).toHaveLength(255);
  });

  it('are refused, and the reader told what to do, when others may use them', () => {
    for (const mode of [0o640, 0o604, 0o620, 0o660, 0o666]) {
      const error = refusal(pinFile('1234', mode));
      expect(error.reason, mode.toString(8)).toBe('PinFileNotPrivate');
      expect(error.next).toContain('chmod 600');
    }
    expect(readPinFile(pinFile('1234', 0o400))).toBe('1234');
  });

  it('are refused when there is no PIN in them', () => {
    expect(refusal(pinFile('')).reason).toBe('PinFileEmpty');
    expect(refusal(pinFile('\n1234\n')).reason).toBe('PinFileEmpty');
    expect(refusal(pinFile('x'.repeat(256))).reason).toBe('PinFileTooLong');
    expect(refusal(pinFile('x'.repeat(1_000_000))).reason).toBe('PinFileTooLong');
    expect(refusal(pinFile(Uint8Array.of(0xff, 0xfe, 0x31, 0x00))).reason).toBe('PinFileNotText');
    expect(refusal(pinFile('12\x0034')).reason).toBe('PinFileNotText');
  });

  it('never show their content in an error', () => {
    expect(JSON.stringify(refusal(pinFile('secret\x00')).toDocument())).not.toContain('secret');
    expect(JSON.stringify(refusal(pinFile('secret', 0o644)).toDocument())).not.toContain('secret');
  });

  it('must be there and be files: a folder is refused, a pipe that nobody writes to does not hang', () => {
    expect(refusal(join(folder, 'absent')).reason).toBe('PinFileNotReadable');
    mkdirSync(join(folder, 'directory'), { mode: 0o700 });
    expect(refusal(join(folder, 'directory')).reason).toBe('PinFileNotAFile');
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]);
    expect(refusal(join(folder, 'pipe')).reason).toBe('PinFileNotAFile');
  });
});
