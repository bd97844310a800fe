import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../shared/contract/bridge.ts';
import type {
  CallAnswer,
  CallName,
  CallReply,
  StrongroomBridge,
  WindowEvent,
} from '../shared/contract/bridge.ts';

/** Gives the page its three functions, and nothing of Electron. Main checks whatever comes through them. */
const bridge: StrongroomBridge = {
  call: async <Name extends CallName>(name: Name, request: unknown) => {
    const reply = (await ipcRenderer.invoke(CALL_CHANNEL, name, request)) as CallReply;
    if (reply.ok) return reply.answer as CallAnswer<Name>;
    // A plain object: of an Error only the message gets across to the page.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw reply.error;
  },
  onEvent: (listener) => {
    const tell = (_event: unknown, told: WindowEvent): void => {
      listener(told);
    };
    ipcRenderer.on(EVENT_CHANNEL, tell);
    return () => void ipcRenderer.off(EVENT_CHANNEL, tell);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('strongroom', bridge);
