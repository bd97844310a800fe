import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from './protocol.ts';

type Commands = Protocol.CommandParameters;
type Method = keyof Commands;
type Answer<Name extends Method> = Protocol.CommandReturnValues[Name];

interface PendingCall {
  method: string;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

interface Message {
  id?: number;
  method?: keyof Protocol.Events;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
  sessionId?: string;
}

/**
 * One conversation with the browser as a whole, or with one page. Emits the protocol's events under their own names.
 */
export class DevToolsSession extends EventEmitter<Protocol.EventMap> {
  readonly id: string | undefined;
  readonly #connection: DevToolsConnection;

  constructor(connection: DevToolsConnection, id?: string) {
    super();
    this.#connection = connection;
    this.id = id;
    this.setMaxListeners(0);
  }

  /** Rejects if the browser answers with an error, or goes away. */
  send<Name extends Method>(method: Name, parameters?: Commands[Name]): Promise<Answer<Name>> {
    return this.#connection.send(method, parameters ?? ({} as Commands[Name]), this.id);
  }

  /** For a command whose failure only means that the page or the browser has gone away meanwhile. */
  async trySend<Name extends Method>(
    method: Name,
    parameters?: Commands[Name],
  ): Promise<Answer<Name> | undefined> {
    try {
      return await this.send(method, parameters);
    } catch {
      return undefined;
    }
  }
}

/**
 * The DevTools protocol over a pair of pipes (`--remote-debugging-pipe`): JSON documents, each followed by a zero byte.
 */
export class DevToolsConnection {
  readonly browser = new DevToolsSession(this);
  readonly #input: Writable;
  readonly #calls = new Map<number, PendingCall>();
  readonly #sessions = new Map<string, DevToolsSession>();
  #parts: Buffer[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    // A broken pipe means that the browser has gone: its exit says so, and close() follows.
    input.on('error', () => undefined);
    output.on('error', () => undefined);
    output.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  send<Name extends Method>(
    method: Name,
    params: Commands[Name],
    sessionId: string | undefined,
  ): Promise<Answer<Name>> {
    if (this.#isClosed) return Promise.reject(new Error(`${method}: the browser has gone`));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { method, resolve, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** The session of a target that has just been attached. */
  openSession(id: string): DevToolsSession {
    const session = new DevToolsSession(this, id);
    this.#sessions.set(id, session);
    return session;
  }

  forgetSession(id: string): void {
    this.#sessions.delete(id);
  }

  /** Rejects what is still waiting for an answer. */
  close(): void {
    this.#isClosed = true;
    for (const { method, reject } of this.#calls.values())
      reject(new Error(`${method}: the browser has gone`));
    this.#calls.clear();
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      this.#parts.push(rest.subarray(0, end));
      const text = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      rest = rest.subarray(end + 1);
      this.#handle(JSON.parse(text) as Message);
    }
    if (rest.length > 0) this.#parts.push(rest);
  }

  #handle(message: Message): void {
    if (message.id !== undefined) {
      const call = this.#calls.get(message.id);
      this.#calls.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve(message.result as never);
      return;
    }
    const session = message.sessionId === undefined ? this.browser : this.#sessions.get(message.sessionId);
    if (message.method !== undefined) session?.emit(message.method, message.params as never);
  }
}
