import type { PromptQuestion, ShareQuestion } from '../../shared/contract/prompt.ts';
import { flawOfShare } from '../strongroom.ts';

/**
 * Shares of recovery kits that custodians typed in (rule R5). They stay in main's memory, never in a file and never in the
 * page, which knows them by a name; they are wiped when they have served, and on lock and end.
 */
export class TypedShares {
  readonly #ask: (question: PromptQuestion) => Promise<Uint8Array | undefined>;
  readonly #shares = new Map<string, Uint8Array>();
  #count = 0;

  /** @param ask resolves to UTF-8, ours to wipe; undefined: the custodian did not want to. */
  constructor(ask: (question: PromptQuestion) => Promise<Uint8Array | undefined>) {
    this.#ask = ask;
  }

  /** Asks until a share is right in itself, each time with what was typed before. @returns its name. */
  async enter(): Promise<string | undefined> {
    let question: ShareQuestion = { kind: 'share' };
    for (;;) {
      const bytes = await this.#ask(question);
      if (bytes === undefined) return undefined;
      const typed = new TextDecoder().decode(bytes);
      const flaw = flawOfShare(typed);
      if (flaw === undefined) {
        this.#count += 1;
        const name = `typed-share:${this.#count}`;
        this.#shares.set(name, bytes);
        return name;
      }
      bytes.fill(0);
      question = { kind: 'share', before: { flaw, typed } };
    }
  }

  /** The text of a share in UTF-8, the caller's to wipe; undefined: the name stands for none. */
  read(name: string): Uint8Array | undefined {
    return this.#shares.get(name)?.slice();
  }

  forget(): void {
    for (const bytes of this.#shares.values()) bytes.fill(0);
    this.#shares.clear();
  }
}
