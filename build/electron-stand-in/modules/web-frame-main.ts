import { originOf, toAppUrl } from './custom-schemes.ts';

/** Electron's WebFrameMain, for the top frame: preload scripts, and so all messages, are of that one only. */
export class WebFrameMain {
  readonly parent = null;
  readonly routingId = 1;
  readonly processId = 1;
  readonly frameTreeNodeId = 1;
  readonly #browserUrl: () => string;

  constructor(browserUrl: () => string) {
    this.#browserUrl = browserUrl;
  }

  get url(): string {
    return toAppUrl(this.#browserUrl());
  }

  get origin(): string {
    return originOf(this.#browserUrl());
  }

  get top(): this {
    return this;
  }

  isDestroyed(): boolean {
    return false;
  }
}
