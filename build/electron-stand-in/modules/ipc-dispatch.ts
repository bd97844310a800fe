import { cloneCodec } from '../worlds/clone-codec.ts';
import type { HostMessage, PageMessage } from '../worlds/page-messages.ts';
import { ipcMain, type IpcEvent } from './ipc-main.ts';
import { PreventableEvent } from './preventable-event.ts';
import type { WebContents } from './web-contents.ts';

type Answer = (message: HostMessage) => void;

/** Hands a page's message to the handler or the listeners of its channel: those of its WebContents come first. */
export function dispatchMessage(sender: WebContents, message: PageMessage, answer: Answer): void {
  switch (message.kind) {
    case 'invoke':
      void answerInvoke(sender, message, answer);
      break;
    case 'send': {
      const given = cloneCodec.decode(message.given) as unknown[];
      const event = eventFrom(sender, answer);
      sender.ipc.emit(message.channel, event, ...given);
      ipcMain.emit(message.channel, event, ...given);
      break;
    }
    case 'preload-error':
      process.stderr.write(`The preload script failed: ${message.message}\n`);
      sender.emit('preload-error', new PreventableEvent(), sender.preloadPath, new Error(message.message));
      break;
  }
}

async function answerInvoke(
  sender: WebContents,
  { id, channel, given }: PageMessage & { kind: 'invoke' },
  answer: Answer,
): Promise<void> {
  try {
    const handler = sender.ipc.handlerOf(channel) ?? ipcMain.handlerOf(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const value = await handler(eventFrom(sender, answer), ...(cloneCodec.decode(given) as never[]));
    answer({ kind: 'answer', id, value: cloneCodec.encode(value) });
  } catch (error) {
    answer({ kind: 'answer', id, failure: `Error invoking remote method '${channel}': ${String(error)}` });
  }
}

function eventFrom(sender: WebContents, answer: Answer): IpcEvent {
  return {
    type: 'frame',
    sender,
    senderFrame: sender.mainFrame,
    frameId: sender.mainFrame.routingId,
    processId: sender.mainFrame.processId,
    ports: [],
    reply: (channel, ...given) => answer({ kind: 'message', channel, given: cloneCodec.encode(given) }),
  };
}
