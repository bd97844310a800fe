import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'vitest';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { TokenSession } from '../../main/hsm/token-session.ts';
import type { Strongroom } from '../../main/strongroom.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { ErrorCode } from '../../shared/domain/errors.ts';
import type { WorkRequestOperation } from '../../shared/domain/work-request.ts';
import type { PracticeToken } from './practice-tokens.ts';

/** Files up to this size are compared by their content, larger ones (sparse zeros) by their size. */
const HASHED_BYTES = 16 * 1024 * 1024;

export interface Watched {
  /** The program under test; asked anew each time, as tests end it and start it again. */
  readonly strongroom: () => Strongroom;
  /** SoftHSM tokens in one folder. The keys of `withRealmKeys` are also listed by a program of their own. */
  readonly tokens: readonly PracticeToken[];
  readonly withRealmKeys: readonly PracticeToken[];
  /** Folder of everything that is no token: buckets, files, and homes in use, which are named `home` or `...-home`. */
  readonly folder: string;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  /** The work request that the refusal leaves behind, failed; none unless told. */
  readonly failedWorkRequest?: WorkRequestOperation;
}

/**
 * Sees whether anything changed (rule R74): the rows of the catalog, the keys on the tokens as another program lists
 * them, SoftHSM's own object files, and every file in the folder but those of a home, whose names alone are compared.
 */
export class ChangeWatcher implements AsyncDisposable {
  readonly #watched: Watched;
  readonly #tokens: Tokens;
  readonly #sessions: readonly TokenSession[];
  readonly #secrets: readonly string[];

  private constructor(watched: Watched, tokens: Tokens, sessions: readonly TokenSession[]) {
    this.#watched = watched;
    this.#tokens = tokens;
    this.#sessions = sessions;
    const folder = tokenFolder(watched);
    this.#secrets = readdirSync(folder)
      .filter((name) => name.endsWith('.pin'))
      .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  }

  static async open(watched: Watched): Promise<ChangeWatcher> {
    const tokens = new Tokens({ environment: watched.tokens[0]?.environment ?? {} });
    const sessions: TokenSession[] = [];
    for (const { reference, pinFile } of watched.withRealmKeys)
      sessions.push(await tokens.openSession(reference, { kind: 'file', path: pinFile }));
    return new ChangeWatcher(watched, tokens, sessions);
  }

  /**
   * Asserts that the work is refused as expected, in words that name no PIN, and that nothing is different afterwards
   * but the record of a failed work request where one is expected.
   */
  async refused(work: () => Promise<unknown>, expected: Refusal): Promise<StrongroomError> {
    const before = await this.look();
    const error = await work().then(
      () => expect.fail('it was not refused'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof StrongroomError)) throw error;
    expect({ code: error.code, reason: error.reason }, error.message).toEqual({
      code: expected.code,
      reason: expected.reason,
    });
    this.requireClear(error.message, error.next);
    const after = await this.look();
    if (expected.failedWorkRequest !== undefined)
      await this.#requireFailed(after.workRequests.shift()?.id ?? '', expected.failedWorkRequest, error);
    expect(after).toEqual(before);
    return error;
  }

  /** Asserts that the texts say something and that no PIN is among what they say. */
  requireClear(...texts: readonly string[]): void {
    for (const text of texts) {
      expect(text).toMatch(/\w+ \w+/);
      for (const secret of this.#secrets) expect(text.includes(secret)).toBe(false);
    }
  }

  async look() {
    const strongroom = this.#watched.strongroom();
    const call: Strongroom['call'] = strongroom.call.bind(strongroom);
    const keys = (await call('key.list', {})).data;
    const versions = await Promise.all(keys.map(({ id }) => call('key-version.list', { keyId: id })));
    const backups = (await call('backup.list', {})).data;
    return {
      // Each login proves anew that the token holds the realm keys, and notes when.
      regions: (await call('region.list', {})).data.map(({ timeProven: _timeProven, ...region }) => region),
      compartments: (await call('compartment.list', {})).data,
      vaults: (await call('vault.list', {})).data,
      keys,
      versions: versions.map(({ data }) => data),
      buckets: (await call('bucket.list', {})).data,
      backups: await Promise.all(backups.map(({ id }) => call('backup.get', { backupId: id }))),
      workRequests: (await call('work-request.list', {})).data.map(({ id, operationType, status }) => ({
        id,
        operationType,
        status,
      })),
      inventories: await Promise.all(
        this.#sessions.map(async (session) =>
          (await Array.fromAsync(session.inventory())).map(({ materialId }) => materialId).sort(),
        ),
      ),
      // token.object holds the flags of failed logins, which are the token's own account of what happened.
      tokenObjects: filesOf(join(tokenFolder(this.#watched), 'tokens'), (path) =>
        /(?<!token)\.object$/.test(path),
      ),
      // A bucket's cache of ETags may be filled by any look at an object; losing it loses nothing.
      files: filesOf(this.#watched.folder, (path) => !path.includes('/.etags/')),
    };
  }

  async #requireFailed(id: string, operationType: WorkRequestOperation, error: StrongroomError) {
    const strongroom = this.#watched.strongroom();
    expect(await strongroom.call('work-request.get', { workRequestId: id })).toMatchObject({
      operationType,
      status: 'FAILED',
    });
    const { data } = await strongroom.call('work-request.errors', { workRequestId: id });
    expect(data).toMatchObject([{ code: error.code, message: `${error.message} ${error.next}` }]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tokens.close();
  }
}

function tokenFolder({ tokens }: Watched): string {
  return dirname(tokens[0]?.pinFile ?? '');
}

/** Every file beneath a folder with what is in it: its SHA-256, its size, or for a home's files nothing. */
function filesOf(folder: string, isWanted: (path: string) => boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isFile() && isWanted(name)) found[name] = /(^|-)home\//.test(name) ? '' : contentOf(path);
  }
  return found;
}

function contentOf(path: string): string {
  const { size } = lstatSync(path);
  return size > HASHED_BYTES
    ? `${size} bytes`
    : createHash('sha256').update(readFileSync(path)).digest('hex');
}
