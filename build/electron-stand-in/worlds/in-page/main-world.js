/* global window, connectWorlds */
/**
 * Runs first in the page's own world: waits for the isolated world to hand over the shared node, once, and puts what
 * the preload script exposes on window.
 *
 * @param {string} secret the type of the one event that carries the node; new for every window
 */
// eslint-disable-next-line no-unused-vars -- the text of this file is put into a script
function runMainWorld(secret) {
  const freeze = (value) => {
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return value;
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
    return value;
  };
  const take = (event) => {
    event.stopImmediatePropagation();
    window.removeEventListener(secret, take, true);
    connectWorlds(event.relatedTarget, 'to-isolated-world', 'to-main-world', (name, value) => {
      if (name in window)
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      Object.defineProperty(window, name, {
        value: freeze(value),
        enumerable: true,
        configurable: false,
        writable: false,
      });
    });
  };
  window.addEventListener(secret, take, true);
}
