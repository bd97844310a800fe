const { contextBridge, ipcRenderer, webUtils } = require('electron');

globalThis.secretOfPreload = 'only here';

contextBridge.exposeInMainWorld('fixture', {
  invoke: (channel, ...given) => ipcRenderer.invoke(channel, ...given),
  ask: (value) => ipcRenderer.send('ask', value),
  /** As a bridge does it: the listener can be taken off again. */
  onTold: (listener) => {
    const onTold = (_event, value) => listener(value);
    ipcRenderer.on('told', onTold);
    return () => ipcRenderer.removeListener('told', onTold);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
  reject: () => Promise.reject({ code: 'Refused', status: 409 }),
  fail: () => {
    throw new RangeError('thrown in preload');
  },
  /** What a page's pollution of prototypes would change, if it got here. */
  pollutionSeen: () => [typeof {}.polluted, [1, 2].map((number) => number + 1).join()],
  argumentsSeen: () => process.argv,
  nested: { list: [{ name: 'inner', call: (number) => number * 2 }] },
});
