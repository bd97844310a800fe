import type {
  CallAnswer,
  CallName,
  CallRequest,
  StrongroomBridge,
  WindowEvent,
} from '../shared/contract/bridge.ts';
import type { ErrorDocument } from '../shared/domain/errors.ts';

declare global {
  interface Window {
    /** Put there by the preload script: all that this page has of the outside. */
    readonly strongroom: StrongroomBridge;
  }
}

export type { CallName, WindowEvent } from '../shared/contract/bridge.ts';
export type Request<Name extends CallName> = CallRequest<Name>;
export type Answer<Name extends CallName> = CallAnswer<Name>;
/** Operations that answer a page of rows at a time. */
export type ListName = {
  [Name in CallName]: Answer<Name> extends { data: readonly unknown[] } ? Name : never;
}[CallName];
export type Row<Name extends ListName> =
  Answer<Name> extends { data: readonly (infer Each)[] } ? Each : never;

/**
 * Calls one operation.
 * @throws what `toErrorDocument` turns into an error document.
 */
export async function call<Name extends CallName>(name: Name, request: Request<Name>): Promise<Answer<Name>> {
  return window.strongroom.call(name, request);
}

/** @returns how to stop listening. */
export function onEvent(listener: (event: WindowEvent) => void): () => void {
  return window.strongroom.onEvent(listener);
}

/** Path of a file that was dropped onto the window or chosen in it. */
export function pathOf(file: File): string {
  return window.strongroom.pathOf(file);
}

/** What a rejected call was rejected with; anything else that was thrown is a fault of the window's own. */
export function toErrorDocument(thrown: unknown): ErrorDocument {
  if (isErrorDocument(thrown)) return thrown;
  return {
    code: 'InternalServerError',
    status: 500,
    reason: 'WindowFault',
    message: `The window met a fault of its own: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    next: 'Nothing that was reported done is lost. Try again; if it fails the same way, report this message.',
  };
}

function isErrorDocument(thrown: unknown): thrown is ErrorDocument {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'message' in thrown &&
    'next' in thrown
  );
}
