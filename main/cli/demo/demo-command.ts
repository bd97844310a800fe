import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Table from 'cli-table3';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { EXIT } from '../exit.ts';
import type { ExtraCommand } from '../extra-command.ts';
import { jsonDocument } from '../terminal-text.ts';
import { bytesInWords, counted } from '../words.ts';
import type { DemoResult } from './main-job.ts';

/** `strongroom demo run`: the main job, end to end, on practice tokens. */
export const demoCommand: ExtraCommand = {
  noun: 'demo',
  verb: 'run',
  summary: 'Do the main job on practice tokens: encrypt, back up, copy, lose a region, restore, decrypt.',
  configure(command) {
    command
      .option('--input <file>', 'the file to encrypt; default: a file of the program itself')
      .option('--keep <dir>', 'keep everything that the demo makes in this new folder');
  },
  async run(invocation) {
    const { options, currentFolder, stdout, outputMode } = invocation;
    const input =
      typeof options['input'] === 'string' ? resolve(currentFolder, options['input']) : DEFAULT_INPUT;
    const say = (text: string): void => {
      if (outputMode === 'table') stdout.write(text);
    };
    const folder =
      typeof options['keep'] === 'string'
        ? await newFolder(resolve(currentFolder, options['keep']))
        : undefined;
    // Loaded only now: the help of the command line needs none of it.
    const [{ DemoSteps }, { runMainJob }, { default: Table }] = await Promise.all([
      import('./demo-steps.ts'),
      import('./main-job.ts'),
      import('cli-table3'),
    ]);
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'strongroom-demo-')));
    try {
      const result = await runMainJob(place, input, new DemoSteps(say), say, invocation.launchModuleHost);
      stdout.write(
        outputMode === 'json'
          ? jsonDocument(result)
          : `\n${resultTable(result, new Table({ head: ['Proven', ''], style: { head: [], border: [] } }))}\n`,
      );
      if (folder !== undefined) say(`Everything is kept in ${folder}.\n`);
      return result.ok ? EXIT.done : EXIT.failed;
    } finally {
      if (folder === undefined) await rm(place, { recursive: true, force: true });
    }
  },
};

/** The program's own bundle, which is there in a checkout and in the installed package alike. */
const DEFAULT_INPUT = fileURLToPath(import.meta.url);

async function newFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (cause) {
    throw new StrongroomError(
      'InvalidParameter',
      `The folder ${path} could not be made: ${cause instanceof Error ? cause.message : 'unknown reason'}.`,
      'Name with --keep a new folder inside one that you may write to.',
      { reason: 'FolderNotMade', cause },
    );
  }
}

function resultTable(result: DemoResult, table: Table.Table): string {
  const isSame = (sha256: string): string =>
    sha256 === result.input.sha256 ? 'the same as the input' : 'NOT the input';
  table.push(
    ['Input', `${bytesInWords(result.input.bytes)}\nSHA-256 ${result.input.sha256}`],
    ['First ciphertext, decrypted after the disaster', isSame(result.decrypted[0]?.sha256 ?? '')],
    ['Second ciphertext, made after a rotation', isSame(result.decrypted[1]?.sha256 ?? '')],
    ['Signature from before, verified after', result.signatureVerified ? 'valid' : 'NOT valid'],
    [
      'Sealed backup',
      `${counted(result.backup.keyCount, 'key')}, ${counted(result.backup.keyVersionCount, 'version')}, ${bytesInWords(result.backup.bytes)}\nSHA-256 ${result.backup.sha256}`,
    ],
    [
      'Copy',
      `${result.copy.region}, bucket ${result.copy.bucketName}, ${result.copy.etag === result.backup.sha256 ? 'the same bytes' : 'NOT the same bytes'}`,
    ],
    [
      'Restored',
      `${counted(result.restore.keyCount, 'key')}, ${counted(result.restore.keyVersionCount, 'version')} in ${result.restore.region}\n${result.restore.vaultId}\nfrom ${result.restore.restoredFromVaultId}`,
    ],
    ['Result', result.ok ? 'Every comparison held.' : 'A comparison did NOT hold.'],
  );
  return table.toString();
}
