import { z } from 'zod';
import { ERROR_STATUS } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { realmSchema } from '../domain/realm.ts';
import { workRequestOperationSchema } from '../domain/work-request.ts';
import { byName } from './contract.ts';
import { pathSchema } from './fields.ts';
import { operation } from './operation.ts';

/**
 * What only a window can do, declared like the operations of Strongroom (contract.ts): who is signed in, dialogs of the
 * operating system, settings of the window. The command line has none of it.
 */

const nothing = z.strictObject({});

const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/** An ErrorDocument as it crosses to the window. */
export const errorDocumentSchema = z.object({
  code: errorCodeSchema,
  status: z.number().int(),
  reason: z.string().optional(),
  message: z.string(),
  next: z.string(),
});

export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

/** How the window behaves; kept in the home. */
export const settingsSchema = z.object({
  theme: themeSchema,
  /** Minutes without the user after which tokens are locked and the operator is signed out. */
  idleLockMinutes: z.number().int().min(1).max(60),
});
export type Settings = z.infer<typeof settingsSchema>;

const progressSchema = z.object({
  workRequestId: z.string(),
  operationType: workRequestOperationSchema,
  percentComplete: z.number(),
  activity: z.string(),
  millisecondsLeft: z.number().optional(),
});

/** What the window knows of its home and of who uses it. */
export const sessionSchema = z.object({
  /** Version of this program. */
  version: z.string(),
  /** Path of the home's folder. */
  home: z.string(),
  /** The home is one to practise in: its tokens are SoftHSM's, and nothing in it guards anything. */
  isPractice: z.boolean(),
  /** Whether calls need a signed-in operator: all but the first of a home do (rule R62). */
  hasOperators: z.boolean(),
  /** Who is signed in. */
  operator: z.object({ name: z.string() }).optional(),
  realm: realmSchema.pick({ realmId: true, name: true, tenancyId: true, tenancyName: true }).optional(),
  /** What recovery at this start finished or undid (rule R73). */
  recovery: z.array(
    z.object({
      workRequestId: z.string(),
      operationType: workRequestOperationSchema,
      outcome: z.enum(['SUCCEEDED', 'FAILED', 'UNFINISHED']),
      message: z.string(),
    }),
  ),
  /** Why the home could not be opened: then every operation fails with this. Asking for the session tries again. */
  openFailure: errorDocumentSchema.optional(),
  /** Work that this program does right now, also what was begun before the page was loaded. */
  running: z.array(progressSchema),
  settings: settingsSchema,
});
export type Session = z.infer<typeof sessionSchema>;

const getSession = operation({
  name: 'session.get',
  summary: 'Tell which home is open, who is signed in, and what runs.',
  request: nothing,
  response: sessionSchema,
  errors: [],
  permission: undefined,
  isReadOnly: true,
});

const signIn = operation({
  name: 'session.sign-in',
  summary: 'Sign an operator in; the passphrase is asked for in a window of its own.',
  request: z.strictObject({ operatorName: z.string().min(1).max(100).describe('Name of the operator') }),
  response: sessionSchema,
  errors: ['NotAuthenticated', 'TooManyRequests'],
  permission: undefined,
});

const signOut = operation({
  name: 'session.sign-out',
  summary: 'Sign the operator out; tokens stay logged in for their five minutes.',
  request: nothing,
  response: sessionSchema,
  errors: [],
  permission: undefined,
});

const lockSession = operation({
  name: 'session.lock',
  summary: 'Sign the operator out and lock the tokens, those at work as soon as the work has ended.',
  request: nothing,
  response: sessionSchema,
  errors: [],
  permission: undefined,
});

const keepSessionActive = operation({
  name: 'session.active',
  summary: 'Say that the user is there: the idle lock begins to wait anew.',
  request: nothing,
  response: nothing,
  errors: [],
  permission: undefined,
  isReadOnly: true,
});

const chooseInDialog = operation({
  name: 'dialog.choose',
  summary: 'Let the user choose a file or a folder in a dialog of the operating system.',
  request: z.strictObject({
    purpose: z.enum(['open-file', 'save-file', 'folder']),
    title: z.string().min(1).max(200).describe('Title of the dialog'),
    defaultName: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^/\\\0]+$/, { error: 'must be a name without a folder' })
      .optional()
      .describe('Name that a new file is proposed'),
    extensions: z
      .array(z.string().regex(/^[A-Za-z0-9-]{1,20}$/, { error: 'must be an extension without its dot' }))
      .min(1)
      .max(10)
      .optional()
      .describe('Extensions of the files to choose from, without dots; other files can be shown too'),
  }),
  /** No path: the user chose none. */
  response: z.object({ path: z.string().optional() }),
  errors: ['Conflict'],
  permission: undefined,
});

const listModules = operation({
  name: 'modules.list',
  summary: 'List the PKCS#11 modules known to Strongroom that are on this machine.',
  request: nothing,
  response: z.object({ data: z.array(z.object({ vendor: z.string(), path: z.string() })) }),
  errors: [],
  permission: undefined,
  isReadOnly: true,
});

const createPractice = operation({
  name: 'practice.create',
  summary:
    'Open a realm to practise in, made where there is none yet: two SoftHSM regions with vaults, keys and backups.',
  request: nothing,
  response: sessionSchema,
  errors: ['Conflict', 'IncorrectState'],
  permission: undefined,
  isAboutCaller: true,
});

const enterShare = operation({
  name: 'share.enter',
  summary:
    'Let a custodian type a share of a recovery kit in, in a window of its own; main keeps it until it is forgotten.',
  request: nothing,
  /** What stands for the share in shareFile, for as long as main keeps it. No name: the custodian did not want to. */
  response: z.object({ name: z.string().optional() }),
  errors: [],
  permission: undefined,
  isAboutCaller: true,
});

const forgetShares = operation({
  name: 'share.forget',
  summary: 'Forget every share that was typed in; locking and ending do it too.',
  request: nothing,
  response: nothing,
  errors: [],
  permission: undefined,
});

const getSettings = operation({
  name: 'settings.get',
  summary: "Tell the window's settings.",
  request: nothing,
  response: settingsSchema,
  errors: [],
  permission: undefined,
  isReadOnly: true,
});

const setSettings = operation({
  name: 'settings.set',
  summary: "Change the window's settings.",
  request: z.strictObject(settingsSchema.partial().shape),
  response: settingsSchema,
  errors: ['NotAuthorized'],
  permission: undefined,
  isAboutCaller: true,
});

const takeOpenedFile = operation({
  name: 'opened-file.take',
  summary:
    'Take the file that the program was started with, or that was opened since; it is handed over once.',
  request: nothing,
  response: z.object({ path: pathSchema.optional() }),
  errors: [],
  permission: undefined,
});

const copyText = operation({
  name: 'clipboard.copy',
  summary: 'Put a text, such as an OCID, on the clipboard; pages have no permission to do it by themselves.',
  request: z.strictObject({ text: z.string().max(100_000) }),
  response: nothing,
  errors: [],
  permission: undefined,
});

/** Every operation that only a window has, by name. */
export const windowContract = byName([
  getSession,
  signIn,
  signOut,
  lockSession,
  keepSessionActive,
  chooseInDialog,
  listModules,
  createPractice,
  enterShare,
  forgetShares,
  getSettings,
  setSettings,
  takeOpenedFile,
  copyText,
]);

export type WindowContract = typeof windowContract;
export type WindowOperationName = keyof WindowContract;
export type WindowRequestOf<Name extends WindowOperationName> = z.output<WindowContract[Name]['request']>;
export type WindowResponseOf<Name extends WindowOperationName> = z.output<WindowContract[Name]['response']>;

/** What carries the window's operations out: all of main that the router knows of besides Strongroom. */
export type WindowHandlers = {
  readonly [Name in WindowOperationName]: (request: WindowRequestOf<Name>) => Promise<WindowResponseOf<Name>>;
};
