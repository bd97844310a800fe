/** How patient Strongroom is with a server, and how much it takes from it. Times in milliseconds. */
export interface ExchangeLimits {
  /** Without a byte in either direction, the connection's making included. */
  readonly idle: number;
  /** For one exchange of which no byte counts: the rest of its time is given by the bytes that it moves. */
  readonly grace: number;
  /** A server that is slower over a whole exchange is given up. */
  readonly bytesPerSecond: number;
  /** Bytes of an answer's header. */
  readonly headerBytes: number;
  /** Waits before the further attempts after one that broke off; as many of them as this has. */
  readonly waits: readonly number[];
}

export const DEFAULT_LIMITS: ExchangeLimits = {
  idle: 60_000,
  grace: 300_000,
  bytesPerSecond: 64 * 1024,
  headerBytes: 16 * 1024,
  waits: [1_000, 2_000, 4_000, 8_000, 16_000],
};

/** The longest that an exchange which moves so many bytes may take. */
export function longestExchange(limits: ExchangeLimits, bytes: number): number {
  return limits.grace + (bytes / limits.bytesPerSecond) * 1000;
}
