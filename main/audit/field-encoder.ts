const ABSENT = 0xffffffff;

/**
 * [Note: audit encoding] What is hashed or authenticated is a label in ASCII and then fields in a fixed order. A field is
 * its length in bytes (unsigned, 32 bits, big-endian) and its text in UTF-8; an absent one is the length 0xFFFFFFFF
 * alone. A list is the count of its fields (32 bits) and the fields; a map is a list of names and values in turn, by
 * name. So no two contents have one encoding, and a reader needs no JSON rules to follow (docs/audit-log.md).
 */
export class FieldEncoder {
  readonly #labelLength: number;
  #buffer: Buffer;
  #length: number;

  constructor(label: string) {
    this.#buffer = Buffer.alloc(4096);
    this.#labelLength = this.#buffer.write(label, 'ascii');
    this.#length = this.#labelLength;
  }

  /** Begins anew: one encoder serves a million entries without a million buffers. */
  reset(): this {
    this.#length = this.#labelLength;
    return this;
  }

  field(text: string | undefined): this {
    if (text === undefined) return this.#number(ABSENT);
    const length = Buffer.byteLength(text);
    this.#number(length);
    this.#reserve(length);
    this.#buffer.write(text, this.#length);
    this.#length += length;
    return this;
  }

  list(texts: readonly string[]): this {
    this.#number(texts.length);
    for (const text of texts) this.field(text);
    return this;
  }

  map(texts: Readonly<Record<string, string>>): this {
    return this.list(
      Object.keys(texts)
        .sort()
        .flatMap((name) => [name, texts[name] ?? '']),
    );
  }

  /** Valid until the encoder is used again. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #number(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value, this.#length);
    return this;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#buffer.length) return;
    const larger = Buffer.alloc(2 * (this.#length + length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Reads fields of [Note: audit encoding] back. */
export class FieldDecoder {
  readonly #bytes: Buffer;
  #position: number;

  /** @returns undefined unless the bytes begin with the label. */
  static of(bytes: Uint8Array, label: string): FieldDecoder | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = Buffer.from(label, 'ascii');
    return buffer.subarray(0, start.length).equals(start)
      ? new FieldDecoder(buffer, start.length)
      : undefined;
  }

  private constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** @returns undefined where the bytes end before the field does. */
  field(): string | undefined {
    const start = this.#position + 4;
    if (start > this.#bytes.length) return undefined;
    const end = start + this.#bytes.readUInt32BE(this.#position);
    if (end > this.#bytes.length) return undefined;
    this.#position = end;
    return this.#bytes.toString('utf8', start, end);
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#position);
  }
}
