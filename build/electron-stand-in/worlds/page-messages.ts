import type { DevToolsSession } from '../browser/connection.ts';
import { trace } from '../browser/settings.ts';
import { BINDING, ISOLATED_WORLD, RECEIVER } from './scripts.ts';

/** What the isolated world sends; `given` and `value` are encoded by the clone codec. */
export type PageMessage =
  | { kind: 'invoke'; id: number; channel: string; given: unknown }
  | { kind: 'send'; channel: string; given: unknown }
  | { kind: 'preload-error'; message: string };

/** What it is sent. */
export type HostMessage =
  | { kind: 'answer'; id: number; value?: unknown; failure?: string }
  | { kind: 'message'; channel: string; given: unknown };

/**
 * Messages between this process and the isolated world of a window's top frame. A message to a document that has gone
 * meanwhile is lost, as in Electron.
 */
export class PageMessages {
  readonly #session: DevToolsSession;
  readonly #mainFrame: string;
  /** The isolated world of the document that is shown. */
  #world: number | undefined;

  constructor(session: DevToolsSession, mainFrame: string) {
    this.#session = session;
    this.#mainFrame = mainFrame;
  }

  /** `answer` reaches the document that asked, or nobody. */
  async start(
    onMessage: (message: PageMessage, answer: (message: HostMessage) => void) => void,
  ): Promise<void> {
    const session = this.#session;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = context.auxData as { frameId?: string };
      if (context.name === ISOLATED_WORLD && frameId === this.#mainFrame) this.#world = context.id;
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (this.#world === executionContextId) this.#world = undefined;
    });
    session.on('Runtime.executionContextsCleared', () => (this.#world = undefined));
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== BINDING || executionContextId !== this.#world) return;
      onMessage(JSON.parse(payload) as PageMessage, (answer) => void this.#post(answer, executionContextId));
    });
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: ISOLATED_WORLD });
  }

  send(message: HostMessage): void {
    if (this.#world !== undefined) void this.#post(message, this.#world);
  }

  async #post(message: HostMessage, contextId: number): Promise<void> {
    const answer = await this.#session.trySend('Runtime.evaluate', {
      expression: `${RECEIVER}(${JSON.stringify(message)})`,
      contextId,
    });
    if (answer?.exceptionDetails) trace('listener failed', answer.exceptionDetails.exception?.description);
  }
}
