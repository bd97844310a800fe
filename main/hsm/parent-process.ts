import type { AnswerMessage } from './module-call.ts';

/** The process that started this one, as a token's process sees it. */
export interface ParentProcess {
  onMessage(listener: (message: unknown) => void): void;
  /** Called when it is gone, where it does not take this process along. */
  onGone(listener: () => void): void;
  /**
   * @returns whether the message left. An answer that nobody takes means that the parent is gone: calls that still wait
   * must not be made then, for nobody would know what they left on the token.
   */
  send(message: AnswerMessage): Promise<boolean>;
}

/** What Electron gives a utility process in the stead of Node's channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** By Electron's utilityProcess or by Node's fork, whichever started this process. */
export function parentProcess(): ParentProcess {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  return parentPort === undefined ? nodeParent() : electronParent(parentPort);
}

function nodeParent(): ParentProcess {
  return {
    onMessage: (listener) => void process.on('message', listener),
    onGone: (listener) => void process.on('disconnect', listener),
    send: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) resolve(false);
        else process.send(message, undefined, undefined, (failure) => resolve(failure === null));
      }),
  };
}

/** Electron ends its utility processes with itself, so that there is no end of the parent to be told of. */
function electronParent(port: ParentPort): ParentProcess {
  return {
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        listener(data);
      });
    },
    onGone: () => undefined,
    send: async (message) => {
      port.postMessage(message);
      // A turn of the event loop, so that the message has left before a call that may take this process with it.
      await new Promise((resolve) => setImmediate(resolve));
      return true;
    },
  };
}
