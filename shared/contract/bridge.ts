import type { z } from 'zod';
import type { ErrorDocument } from '../domain/errors.ts';
import type { Progress } from '../domain/work-request.ts';
import type { Contract } from './contract.ts';
import type { Session, WindowContract } from './window-contract.ts';

/**
 * What the page of the window and main say to each other: one channel for calls, one for what main tells by itself.
 * Nothing of zod or of the contracts is loaded by this file, so that the preload script stays a few lines.
 */
export const CALL_CHANNEL = 'strongroom:call';
export const EVENT_CHANNEL = 'strongroom:event';

/** The longest request in bytes of its JSON text: 1 MiB. */
export const LONGEST_REQUEST = 1024 * 1024;

type Calls = Contract & WindowContract;

/** Operations of Strongroom, and those that only a window has. */
export type CallName = keyof Calls;
/** What a call may be given: fields with defaults left out. */
export type CallRequest<Name extends CallName> = z.input<Calls[Name]['request']>;
export type CallAnswer<Name extends CallName> = z.output<Calls[Name]['response']>;

/** How the router answers every call, good or bad. */
export type CallReply =
  { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly error: ErrorDocument };

/** What main tells the page by itself. */
export type WindowEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The work request has ended, in whatever way: the call's own answer says how, or work-request.get. */
  | { readonly kind: 'ended'; readonly workRequestId: string }
  /** Who is signed in has changed, or which home is open. */
  | { readonly kind: 'session'; readonly session: Session }
  /** A file was opened with this program: opened-file.take hands it over. */
  | { readonly kind: 'opened-file' };

/** `window.strongroom`: all that the page has of the world outside it. */
export interface StrongroomBridge {
  /** Rejects with an ErrorDocument, as a plain object. */
  call<Name extends CallName>(name: Name, request: CallRequest<Name>): Promise<CallAnswer<Name>>;
  /** @returns how to stop listening. */
  onEvent(listener: (event: WindowEvent) => void): () => void;
  /** Path of a file that was dropped onto the page or chosen in it; '' for one that is no file of the machine. */
  pathOf(file: File): string;
}
