/** What differs between Node and the browser: how bytes become text. */
export interface BytesAsText {
  toText(bytes: Uint8Array): string;
  fromText(text: string): Uint8Array<ArrayBuffer>;
}

export interface CloneCodec {
  /** Throws 'An object could not be cloned.' for what structured cloning refuses, functions among it. */
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

/**
 * Carries what structured cloning carries (less cycles and shared references) through JSON: a value that JSON does
 * not have becomes an object `{$: kind, v: ...}`, and the name of a real property that begins with `$` gets another `$` before it.
 *
 * This function's own text is also run inside pages, so it may use nothing from outside itself.
 */
export function createCloneCodec(bytes: BytesAsText): CloneCodec {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.');
  };

  function encodeObject(value: object, inside: readonly object[]): unknown {
    if (inside.includes(value)) return refuse();
    const path = [...inside, value];
    const encodeInner = (inner: unknown): unknown => encodeAny(inner, path);
    if (Array.isArray(value)) return value.map(encodeInner);
    if (value instanceof Date) return { $: 'date', v: encodeInner(value.getTime()) };
    if (value instanceof RegExp) return { $: 'regexp', v: [value.source, value.flags] };
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message] };
    if (value instanceof Map) return { $: 'map', v: [...value].map((entry) => entry.map(encodeInner)) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(encodeInner) };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: bytes.toText(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      const content = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      // Node's Buffer arrives as what it is underneath.
      const kind = value instanceof Uint8Array ? 'Uint8Array' : value.constructor.name;
      return { $: 'view', k: kind, v: bytes.toText(content) };
    }
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return refuse();
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name.startsWith('$') ? `$${name}` : name,
        encodeInner(inner),
      ]),
    );
  }

  function encodeAny(value: unknown, inside: readonly object[]): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { $: 'bigint', v: String(value) };
      case 'object':
        return value === null ? null : encodeObject(value, inside);
      default:
        return refuse();
    }
  }

  function decodeMarked(kind: unknown, value: never, viewKind: string): unknown {
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(value);
      case 'bigint':
        return BigInt(value);
      case 'date':
        return new Date(decode(value) as number);
      case 'regexp':
        return new RegExp(value[0], value[1]);
      case 'error': {
        const error = new Error(value[1]);
        error.name = value[0];
        return error;
      }
      case 'map':
        return new Map((value as unknown[][]).map((entry) => entry.map(decode) as [unknown, unknown]));
      case 'set':
        return new Set((value as unknown[]).map(decode));
      case 'buffer':
        return bytes.fromText(value).buffer;
      case 'view': {
        const content = bytes.fromText(value);
        if (viewKind === 'Uint8Array') return content;
        const views = globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>;
        const View = views[viewKind];
        return View === undefined ? refuse() : new View(content.buffer);
      }
      default:
        return refuse();
    }
  }

  function decode(value: unknown): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    const fields = value as Record<string, unknown>;
    if (Object.hasOwn(fields, '$'))
      return decodeMarked(fields['$'], fields['v'] as never, String(fields['k']));
    return Object.fromEntries(
      Object.entries(fields).map(([name, inner]) => [
        name.startsWith('$') ? name.slice(1) : name,
        decode(inner),
      ]),
    );
  }

  return { encode: (value) => encodeAny(value, []), decode };
}

/** The codec on Node's side. */
export const cloneCodec = createCloneCodec({
  toText: (content) => Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'),
  // Buffer.from may hand out a slice of a shared pool: a copy has a buffer of its own.
  fromText: (text) => new Uint8Array(Buffer.from(text, 'base64')),
});
