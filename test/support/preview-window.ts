import { join } from 'node:path';
import { findKnownModules } from '../../main/hsm/known-modules.ts';
import type { Strongroom } from '../../main/strongroom.ts';
import type { WindowEvent } from '../../shared/contract/bridge.ts';
import { operationNamed } from '../../shared/contract/contract.ts';
import type { OperationName } from '../../shared/contract/contract.ts';
import type { Session, Settings } from '../../shared/contract/window-contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Progress } from '../../shared/domain/work-request.ts';

/**
 * Answers the page's calls from a real Strongroom, and what only a window can do in the simplest way that lets screens
 * be tried: no dialogs and no prompts are opened, passphrases and PINs come from the sources of the test's home.
 */
export class PreviewWindow {
  /** Path that dialog.choose answers; default: one in `folder`. */
  chosenPath: string | undefined;
  settings: Settings;
  readonly #strongroom: () => Strongroom;
  readonly #folder: string;
  readonly #isPractice: boolean;
  readonly #listeners = new Set<(event: WindowEvent) => void>();
  readonly #running = new Map<string, Progress>();
  /** The realm's name is shown to those who are not signed in too; they may not ask for it. */
  #realm: Session['realm'];

  constructor(options: {
    readonly strongroom: () => Strongroom;
    readonly folder: string;
    readonly settings: Settings;
    readonly isPractice?: boolean;
  }) {
    this.#strongroom = options.strongroom;
    this.#folder = options.folder;
    this.settings = options.settings;
    this.#isPractice = options.isPractice ?? true;
  }

  onEvent(listener: (event: WindowEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async call(name: string, request: unknown): Promise<unknown> {
    if (operationNamed(name) === undefined) return this.#windowCall(name, request as Record<string, string>);
    const own = new Set<string>();
    const before = this.#strongroom().operator;
    try {
      return await this.#strongroom().call(name as OperationName, request as never, {
        onProgress: (progress) => {
          own.add(progress.workRequestId);
          this.#running.set(progress.workRequestId, progress);
          this.#tell({ kind: 'progress', progress });
        },
      });
    } finally {
      for (const workRequestId of own) {
        this.#running.delete(workRequestId);
        this.#tell({ kind: 'ended', workRequestId });
      }
      if (this.#strongroom().operator !== before) {
        this.#tell({ kind: 'session', session: await this.session() });
      }
    }
  }

  async session(): Promise<Session> {
    const strongroom = this.#strongroom();
    const answer = await strongroom.call('realm.get', {}).catch(() => undefined);
    if (answer !== undefined) {
      const { realmId, name, tenancyId, tenancyName } = answer;
      this.#realm = { realmId, name, tenancyId, tenancyName };
    }
    return {
      version: '0.1.0',
      home: join(this.#folder, 'home'),
      isPractice: this.#isPractice,
      hasOperators: strongroom.hasOperators,
      ...(strongroom.operator === undefined ? {} : { operator: { name: strongroom.operator.name } }),
      ...(this.#realm === undefined ? {} : { realm: this.#realm }),
      recovery: [...strongroom.recovery],
      running: [...this.#running.values()],
      settings: this.settings,
    };
  }

  async #windowCall(name: string, request: Record<string, string>): Promise<unknown> {
    const strongroom = this.#strongroom();
    switch (name) {
      case 'session.get':
        return this.session();
      case 'session.sign-in':
        await strongroom.signIn(request['operatorName'] ?? '');
        return this.session();
      case 'session.sign-out':
        strongroom.signOut();
        return this.session();
      case 'session.lock':
        await strongroom.lockTokens();
        strongroom.signOut();
        return this.session();
      case 'session.active':
      case 'clipboard.copy':
      case 'opened-file.take':
        return {};
      case 'dialog.choose':
        return { path: this.chosenPath ?? join(this.#folder, request['defaultName'] ?? 'chosen') };
      case 'modules.list':
        return { data: findKnownModules().map(({ vendor, path }) => ({ vendor, path })) };
      case 'settings.get':
        return this.settings;
      case 'settings.set':
        this.settings = { ...this.settings, ...request };
        return this.settings;
      default:
        throw new StrongroomError(
          'CannotParseRequest',
          `The preview has no ${name}.`,
          'Try it in the window itself.',
        );
    }
  }

  #tell(event: WindowEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
