/* global window, document, MouseEvent, connectWorlds, createCloneCodec, setTimeout, clearTimeout, setInterval, clearInterval, URLSearchParams, queueMicrotask */
/**
 * Runs in the isolated world before any of the page's scripts: makes what a sandboxed preload script may require
 * (`ipcRenderer`, `contextBridge`, `webUtils`), then runs the preload script.
 *
 * @param {{ secret: string, binding: string, receiver: string, process: object }} settings
 * @param {Function} runPreload the preload script as a CommonJS function
 */
// eslint-disable-next-line no-unused-vars -- the text of this file is put into a script
function runIsolatedWorld(settings, runPreload) {
  const { encode, decode } = createCloneCodec({
    toText: (bytes) => bytes.toBase64(),
    fromText: (text) => Uint8Array.fromBase64(text),
  });
  const send = globalThis[settings.binding];
  const post = (message) => send(JSON.stringify(message));

  const node = document.implementation.createHTMLDocument('').createElement('i');
  const bridge = connectWorlds(node, 'to-main-world', 'to-isolated-world', () => undefined);
  window.dispatchEvent(new MouseEvent(settings.secret, { relatedTarget: node }));

  const calls = new Map();
  let lastCall = 0;
  const listeners = new Map();
  const listenersOf = (channel) => listeners.get(channel) ?? [];

  const ipcRenderer = {
    invoke(channel, ...given) {
      return new Promise((resolve, reject) => {
        const id = ++lastCall;
        post({ kind: 'invoke', id, channel, given: encode(given) });
        calls.set(id, { resolve, reject });
      });
    },
    send(channel, ...given) {
      post({ kind: 'send', channel, given: encode(given) });
    },
    sendSync() {
      throw new Error('The Electron stand-in has no ipcRenderer.sendSync.');
    },
    postMessage() {
      throw new Error('The Electron stand-in has no ipcRenderer.postMessage.');
    },
    on(channel, listener) {
      listeners.set(channel, [...listenersOf(channel), { listener, run: listener }]);
      return ipcRenderer;
    },
    once(channel, listener) {
      const run = (...given) => {
        ipcRenderer.removeListener(channel, listener);
        listener(...given);
      };
      listeners.set(channel, [...listenersOf(channel), { listener, run }]);
      return ipcRenderer;
    },
    removeListener(channel, listener) {
      const index = listenersOf(channel).findIndex((entry) => entry.listener === listener);
      if (index >= 0) listeners.set(channel, listenersOf(channel).toSpliced(index, 1));
      return ipcRenderer;
    },
    removeAllListeners(channel) {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
      return ipcRenderer;
    },
    listenerCount: (channel) => listenersOf(channel).length,
  };
  ipcRenderer.addListener = ipcRenderer.on;
  ipcRenderer.off = ipcRenderer.removeListener;

  // main calls this by way of the debugger; the page cannot see this world's globals.
  Object.defineProperty(globalThis, settings.receiver, {
    value: (message) => {
      if (message.kind === 'answer') {
        const call = calls.get(message.id);
        calls.delete(message.id);
        if (message.failure === undefined) call?.resolve(decode(message.value));
        else call?.reject(new Error(message.failure));
        return;
      }
      const event = { sender: ipcRenderer, ports: [] };
      for (const { run } of listenersOf(message.channel)) run(event, ...decode(message.given));
    },
  });

  // A question that needs its answer at once: the statement stops this world, the host sees which question it is,
  // writes the answer and lets it go on (worlds/questions.ts).
  function askHost(question, subject) {
    let answer = '';
    // eslint-disable-next-line no-debugger -- see above
    debugger;
    return answer === undefined ? `${question}${subject}` : answer;
  }

  const electron = {
    ipcRenderer,
    contextBridge: {
      exposeInMainWorld: (name, value) => bridge.expose(name, value),
    },
    webUtils: { getPathForFile: (file) => askHost('path-for-file', file) },
  };
  const modules = {
    electron,
    timers: { setTimeout, clearTimeout, setInterval, clearInterval },
    url: { URL, URLSearchParams },
  };
  const require = (name) => {
    const found = modules[name.replace(/^node:/, '').replace(/^electron\/(renderer|common)$/, 'electron')];
    if (found === undefined) throw new Error(`module not found: ${name}`);
    return found;
  };
  const process = {
    ...settings.process,
    nextTick: (callback, ...given) => queueMicrotask(() => callback(...given)),
    uptime: () => performance.now() / 1000,
    on: () => process,
    once: () => process,
  };
  const module = { exports: {} };
  try {
    runPreload(require, module, module.exports, process, globalThis);
  } catch (error) {
    post({ kind: 'preload-error', message: String(error?.stack ?? error) });
  }
}
