import { sessionSchema } from '../../shared/contract/window-contract.ts';
import type { Session, Settings } from '../../shared/contract/window-contract.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { Strongroom } from '../strongroom.ts';
import { IdleLock } from './idle-lock.ts';
import type { RunningWork } from './running-work.ts';
import { DEFAULT_SETTINGS, readSettings, writeSettings } from './settings-file.ts';

/** A home that can be opened. */
export interface OpenableHome {
  /** Path of its folder. */
  readonly path: string;
  readonly isPractice: boolean;
  open(): Promise<Strongroom>;
}

export interface HomeSessionParts {
  readonly version: string;
  readonly home: OpenableHome;
  readonly practice: OpenableHome;
  readonly work: RunningWork;
  /** Takes back every question for a secret, and forgets the shares that were typed in. */
  cancelPrompts(): void;
  /** Told when somebody signs in or out, or another home is open. */
  onChange(session: Session): void;
  onSettings(settings: Settings): void;
}

/**
 * The home that the window is open on and who uses it: what the window knows beyond what Strongroom itself does. A home that
 * does not open is a state of the window and not its end: the window says why, and tries again when asked.
 */
export class HomeSession {
  readonly #parts: HomeSessionParts;
  readonly #idle: IdleLock;
  #home: OpenableHome;
  #opening: Promise<Strongroom> | undefined;
  #settings: Settings = DEFAULT_SETTINGS;
  /** The identity of the session that the window was told last. */
  #told = '';

  constructor(parts: HomeSessionParts) {
    this.#parts = parts;
    this.#home = parts.home;
    this.#idle = new IdleLock(DEFAULT_SETTINGS.idleLockMinutes, () => {
      this.lock().catch(() => undefined);
    });
  }

  /** The home's Strongroom; what did not open is tried again. @throws StrongroomError why it could not be opened. */
  strongroom(): Promise<Strongroom> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#open(this.#home);
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  /** What the window shows of the home. */
  async describe(): Promise<Session> {
    const session = await this.#describe();
    this.#told ||= identityOf(session);
    return session;
  }

  async #describe(): Promise<Session> {
    const opened = await this.#tryToOpen();
    const { version, work } = this.#parts;
    const common = {
      version,
      home: this.#home.path,
      isPractice: this.#home.isPractice,
      running: work.list,
      settings: this.#settings,
    };
    if ('failure' in opened) {
      return { ...common, hasOperators: false, recovery: [], openFailure: opened.failure.toDocument() };
    }
    const { hasOperators, operator, realm, recovery } = opened.strongroom;
    // Parsed: of operator and realm the window is told what it shows, and no more.
    return sessionSchema.parse({ ...common, hasOperators, recovery, operator, realm });
  }

  async signIn(operatorName: string): Promise<Session> {
    const strongroom = await this.strongroom();
    await strongroom.signIn(operatorName);
    this.#idle.touch();
    return this.#changed();
  }

  async signOut(): Promise<Session> {
    (await this.strongroom()).signOut();
    return this.#changed();
  }

  /**
   * Signs out at once. Tokens at work are locked when that work has ended: it was begun by somebody who could, and half of
   * a restore serves nobody.
   */
  async lock(): Promise<Session> {
    const strongroom = await this.strongroom();
    strongroom.signOut();
    this.#parts.cancelPrompts();
    void this.#parts.work
      .whenIdle()
      .then(() => strongroom.lockTokens())
      .catch(() => undefined);
    return this.#changed();
  }

  touch(): void {
    this.#idle.touch();
  }

  /** Tells the window if a call has changed who is signed in, as the one does that makes the first operator. */
  async tellChanges(): Promise<void> {
    const session = await this.describe();
    if (identityOf(session) === this.#told) return;
    this.#tell(session);
  }

  get settings(): Settings {
    return this.#settings;
  }

  async setSettings(changes: Partial<Settings>): Promise<Settings> {
    const { home } = await this.strongroom();
    const settings = { ...this.#settings, ...changes };
    await writeSettings(home, settings);
    this.#useSettings(settings);
    return settings;
  }

  /** @throws StrongroomError IncorrectState, reason `WorkIsRunning`; what opening it throws: the former home is open again. */
  async openPractice(): Promise<Session> {
    const { practice, work } = this.#parts;
    if (this.#home === practice) return this.describe();
    if (work.list.length > 0) {
      throw new StrongroomError(
        'IncorrectState',
        'Work is running in this home.',
        'Wait until it has ended, or cancel it; then open the practice realm.',
        { reason: 'WorkIsRunning' },
      );
    }
    await this.close();
    const former = this.#home;
    try {
      this.#home = practice;
      await this.strongroom();
    } catch (failure) {
      this.#home = former;
      throw failure;
    }
    return this.#changed();
  }

  /** Closes the home: work that still runs is cancelled where that is safe, and undone (rule R60). */
  async close(): Promise<void> {
    this.#idle.stop();
    this.#parts.cancelPrompts();
    const opening = this.#opening;
    this.#opening = undefined;
    const strongroom = await opening?.catch(() => undefined);
    await strongroom?.close();
  }

  async #open(home: OpenableHome): Promise<Strongroom> {
    const strongroom = await home.open();
    this.#useSettings(await readSettings(strongroom.home));
    return strongroom;
  }

  async #tryToOpen(): Promise<{ strongroom: Strongroom } | { failure: StrongroomError }> {
    try {
      return { strongroom: await this.strongroom() };
    } catch (thrown) {
      return { failure: toStrongroomError(thrown) };
    }
  }

  #useSettings(settings: Settings): void {
    this.#settings = settings;
    this.#idle.setMinutes(settings.idleLockMinutes);
    this.#parts.onSettings(settings);
  }

  async #changed(): Promise<Session> {
    const session = await this.describe();
    this.#tell(session);
    return session;
  }

  #tell(session: Session): void {
    this.#told = identityOf(session);
    this.#parts.onChange(session);
  }
}

/** What the window must be told when it changes. */
function identityOf({ home, hasOperators, operator, realm, openFailure }: Session): string {
  return JSON.stringify([home, hasOperators, operator?.name, realm?.realmId, openFailure?.reason]);
}
