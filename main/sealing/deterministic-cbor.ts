import { Tokenizer, Type, decode, encode, type DecodeOptions, type EncodeOptions, type Token } from 'cborg';

/** Maps and arrays inside one another, the outermost counted (SEALED-BACKUP 9). */
export const MAXIMUM_NESTING = 8;

const DECODE_OPTIONS: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

const ENCODE_OPTIONS: EncodeOptions = {
  ignoreUndefinedProperties: true,
  typeEncoders: {
    // A lone surrogate would be written as U+FFFD: what is read back would not be what was given.
    string: (text: string) => {
      if (!text.isWellFormed()) throw new Error('text with half of a surrogate pair');
      return null;
    },
  },
};

const ALLOWED_TYPES: ReadonlySet<string> = new Set(
  [
    Type.uint,
    Type.negint,
    Type.bytes,
    Type.string,
    Type.array,
    Type.map,
    Type.true,
    Type.false,
    Type.null,
  ].map((type) => type.name),
);

/**
 * Refuses tags, floats and every other type that the format does without, and too deep nesting, before the decoder
 * goes into it: its recursion is bounded, and nothing is allocated from a claimed length.
 */
class BoundedTokenizer extends Tokenizer {
  /** Items still to come in each map or array that is open, the innermost last. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    if (!ALLOWED_TYPES.has(token.type.name)) throw new Error(`type ${token.type.name} is not allowed`);
    const isContainer = Type.equals(token.type, Type.map) || Type.equals(token.type, Type.array);
    if (isContainer && this.#open.length === MAXIMUM_NESTING) throw new Error('nested too deeply');
    const last = this.#open.length - 1;
    if (last >= 0) this.#open[last] = (this.#open[last] ?? 0) - 1;
    if (isContainer) this.#open.push(Number(token.value) * (Type.equals(token.type, Type.map) ? 2 : 1));
    while (this.#open.at(-1) === 0) this.#open.pop();
    return token;
  }
}

/**
 * Core deterministic encoding (RFC 8949, 4.2.1): shortest lengths, map keys in bytewise order. All keys of the format
 * are text, for which cborg's length-first order is the bytewise order.
 * @throws Error for what CBOR text cannot carry unchanged.
 */
export function encodeDeterministic(value: unknown): Uint8Array {
  return encode(value, ENCODE_OPTIONS);
}

/**
 * Decodes one item strictly and hands it to `read`, whose result must encode to the same bytes again: so there is
 * one encoding of everything, and nothing that `read` passed over in silence.
 * @throws Error that says what is wrong; also whatever `read` throws.
 */
export function decodeDeterministic<Value>(bytes: Uint8Array, read: (value: unknown) => Value): Value {
  // A plain view: what a Buffer's slice gives would share, and keep, the memory of all it was cut from.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tokenizer = new BoundedTokenizer(plain, DECODE_OPTIONS);
  const value = read(decode(plain, { ...DECODE_OPTIONS, tokenizer }) as unknown);
  if (Buffer.compare(encodeDeterministic(value), bytes) !== 0)
    throw new Error('not the deterministic encoding');
  return value;
}
