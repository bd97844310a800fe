import { randomUUID } from 'node:crypto';
import type { ErrorDocument, StrongroomError } from '../../shared/domain/errors.ts';
import { jsonDocument, neutraliseMessage } from './terminal-text.ts';

export type OutputMode = 'table' | 'json';

/** The error document of `--output json`: what a caller is told, and the id of the call. */
export interface CommandErrorDocument extends ErrorDocument {
  readonly requestId: string;
}

/** A stream that may be a terminal. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Columns of a terminal, which says 0 if it does not know; elsewhere a line is as long as it needs, so that grep finds a row whole. */
export function widthOf(stream: OutputStream): number {
  if (stream.isTTY !== true) return Number.POSITIVE_INFINITY;
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80;
}

/**
 * Where results, errors and what a person watches go.
 *
 * With json, stdout has exactly one document, or nothing if the command failed; stderr has nothing, or exactly one error
 * document if it failed. So what is meant for people (progress, recovery, plans, questions) is written to stderr only
 * where that is a terminal, or where the output is for people anyway. A program loses nothing by it: what recovery did
 * stands in the work requests, which are kept.
 */
export class Output {
  readonly mode: OutputMode;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;

  constructor(mode: OutputMode, stdout: OutputStream, stderr: OutputStream) {
    this.mode = mode;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** Whether a person is told what goes on besides the result. */
  get tellsPeople(): boolean {
    return this.mode === 'table' || this.#stderr.isTTY === true;
  }

  /** Tells the person who watches; nothing where nobody does. */
  tell(lines: readonly string[]): void {
    if (this.tellsPeople) this.#stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  get tellWidth(): number {
    return widthOf(this.#stderr);
  }

  async result(operationName: string, answer: unknown): Promise<void> {
    if (this.mode === 'json') {
      this.#stdout.write(jsonDocument(answer));
      return;
    }
    const { answerLines } = await import('./render-answer.ts');
    const lines = answerLines(operationName, answer, widthOf(this.#stdout));
    this.#stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** One document, or two lines: what happened, and what to do next. */
  error(failure: StrongroomError): void {
    if (this.mode === 'json') {
      const document: CommandErrorDocument = { ...failure.toDocument(), requestId: randomUUID() };
      this.#stderr.write(jsonDocument(document));
      return;
    }
    const message = neutraliseMessage(failure.message);
    const next = neutraliseMessage(failure.next);
    this.#stderr.write(`${failure.code}: ${message}\nWhat to do: ${next}\n`);
  }
}
