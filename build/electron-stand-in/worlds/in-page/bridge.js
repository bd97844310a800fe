/* global CustomEvent, EventTarget, Blob */
/**
 * One end of the bridge between a page's own world and the preload script's isolated world. Both worlds hold the same
 * detached DOM node, which nothing else can reach: a message is an event dispatched on it, whose detail the browser
 * clones from one world into the other, synchronously. Functions and promises stay in their world; the other one gets a
 * number for them. This is how contextBridge carries values, with the same exceptions: prototypes are dropped.
 *
 * Everything that a page could replace later (prototype pollution) is taken out of the globals now, before any of the
 * page's scripts run.
 *
 * @param {EventTarget} node the node both worlds hold
 * @param {string} outgoing the event type this end sends
 * @param {string} incoming the event type this end receives
 * @param {(name: string, value: unknown) => void} onExpose called for what the other end exposes
 * @returns {{ expose(name: string, value: unknown): void }}
 */
// eslint-disable-next-line no-unused-vars -- the text of this file is put into the scripts of both worlds
function connectWorlds(node, outgoing, incoming, onExpose) {
  const { apply, ownKeys, getPrototypeOf } = Reflect;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const Message = CustomEvent;
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail').get;
  const { isArray } = Array;
  const { hasOwn, defineProperty } = Object;
  const arrayMap = Array.prototype.map;
  const mapEach = (list, use) => apply(arrayMap, list, [use]);
  const { isView } = ArrayBuffer;
  const plainPrototypes = [Object.prototype, null];
  const DEEPEST = 1000;

  const functions = new Map();
  const numbers = new WeakMap();
  const promises = new Map();
  let lastNumber = 0;
  let answer;

  const post = (detail) => apply(dispatch, node, [new Message(outgoing, { detail })]);
  const isCloned = (value) =>
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof RegExp ||
    value instanceof ArrayBuffer ||
    value instanceof Blob ||
    isView(value);

  function pack(value, depth = 0) {
    if (depth > DEEPEST)
      throw new Error(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      );
    if (typeof value === 'function') return { function: numberOf(value) };
    if (typeof value !== 'object' || value === null) return { plain: value };
    if (value instanceof Promise) return { promise: follow(value) };
    if (value instanceof Error) return { error: value.message };
    if (isArray(value)) return { list: mapEach(value, (inner) => pack(inner, depth + 1)) };
    if (!plainPrototypes.includes(getPrototypeOf(value)) && isCloned(value)) return { plain: value };
    const fields = { __proto__: null };
    for (const name of ownKeys(value)) {
      if (typeof name === 'string') fields[name] = pack(value[name], depth + 1);
    }
    return { fields };
  }

  function numberOf(callable) {
    let number = numbers.get(callable);
    if (number === undefined) {
      number = ++lastNumber;
      numbers.set(callable, number);
      functions.set(number, callable);
    }
    return number;
  }

  function follow(promise) {
    const number = ++lastNumber;
    promise.then(
      (value) => post({ settled: number, isKept: true, value: pack(value) }),
      (reason) => post({ settled: number, isKept: false, value: pack(reason) }),
    );
    return number;
  }

  function unpack(packed) {
    if (hasOwn(packed, 'function')) return (...given) => call(packed.function, given);
    if (hasOwn(packed, 'promise')) {
      return new Promise((resolve, reject) => promises.set(packed.promise, { resolve, reject }));
    }
    if (hasOwn(packed, 'error')) return new Error(packed.error);
    if (hasOwn(packed, 'list')) return mapEach(packed.list, (inner) => unpack(inner));
    if (hasOwn(packed, 'fields')) {
      const result = {};
      for (const name of ownKeys(packed.fields)) {
        // Defined, not assigned: a field named __proto__ is a field.
        defineProperty(result, name, {
          value: unpack(packed.fields[name]),
          configurable: true,
          enumerable: true,
          writable: true,
        });
      }
      return result;
    }
    return packed.plain;
  }

  /** Calls a function of the other world. Its answer arrives while the event is being dispatched. */
  function call(number, given) {
    const outer = answer;
    answer = undefined;
    post({ call: number, given: pack(given) });
    const own = answer;
    answer = outer;
    if (own === undefined) throw new Error('The other world did not answer.');
    if (own.isThrown) throw unpack(own.value);
    return unpack(own.value);
  }

  function answerCall({ call: number, given }) {
    try {
      const result = apply(functions.get(number), undefined, unpack(given));
      post({ answer: true, isThrown: false, value: pack(result) });
    } catch (error) {
      const message =
        error instanceof Error ? error.message : 'An unknown exception occurred in the isolated context';
      post({ answer: true, isThrown: true, value: { error: message } });
    }
  }

  node.addEventListener(incoming, (event) => {
    const message = apply(detailOf, event, []);
    if (hasOwn(message, 'call')) answerCall(message);
    else if (hasOwn(message, 'answer')) answer = message;
    else if (hasOwn(message, 'settled')) {
      const { resolve, reject } = promises.get(message.settled);
      promises.delete(message.settled);
      (message.isKept ? resolve : reject)(unpack(message.value));
    } else if (hasOwn(message, 'expose')) onExpose(message.expose, unpack(message.value));
  });

  return { expose: (name, value) => post({ expose: name, value: pack(value) }) };
}
