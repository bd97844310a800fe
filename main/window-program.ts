import { app, dialog, ipcMain, nativeTheme, protocol, session } from 'electron';
import type { BrowserWindow } from 'electron';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../shared/contract/bridge.ts';
import type { WindowEvent } from '../shared/contract/bridge.ts';
import { Router } from './ipc/router.ts';
import { openPracticeRealm, practiceHomeOf } from './practice/practice-realm.ts';
import { defaultHome, Strongroom } from './strongroom.ts';
import { BundleFiles } from './window/bundle-files.ts';
import { registerBundleScheme, serveBundle } from './window/bundle-scheme.ts';
import { guardEveryPage, guardSession } from './window/guards.ts';
import { HomeSession } from './window/home-session.ts';
import { launchInUtilityProcess } from './window/launch-in-utility-process.ts';
import { createMainWindow, PAGE_URL } from './window/main-window.ts';
import { setMenu } from './window/menu.ts';
import { OpenedFile } from './window/opened-file.ts';
import { readProgramArguments } from './window/program-arguments.ts';
import type { ProgramArguments } from './window/program-arguments.ts';
import { Prompts } from './window/prompts.ts';
import { RunningWork } from './window/running-work.ts';
import { safeWebPreferences } from './window/safe-web-preferences.ts';
import { passphrasesAsked, pinsAsked } from './window/secret-sources.ts';
import { TypedShares } from './window/typed-shares.ts';
import { windowHandlers } from './window/window-handlers.ts';

const PROGRAM = 'window';

const started = readArguments(process.argv, process.cwd());
const homePath = started.home ?? defaultHome(process.platform, process.env, homedir());
// Beside the home, as the home itself is, for practice.
const practiceFolder = `${homePath}-practice`;

/**
 * Starts the window's program. First what makes it safe, before anything else can run; then, if no other program has this
 * home's window open, one window on one home.
 */
export function startWindowProgram(): void {
  app.setName('Strongroom');
  app.enableSandbox();
  // Nothing in a page has an address to look up: the names of the world lead nowhere.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  registerBundleScheme(protocol);
  guardEveryPage(app);
  setProfileFolder(started);
  if (app.requestSingleInstanceLock()) runWindow();
  else app.quit();
}

function readArguments(argv: readonly string[], currentFolder: string): ProgramArguments {
  return readProgramArguments(argv.slice(1), {
    isFolderNamed: process.defaultApp,
    currentFolder,
    homeVariable: process.env['STRONGROOM_HOME'],
  });
}

/**
 * What Chromium keeps for the window, one folder for each home: it is also what a second start of the same is known by.
 * Where it cannot be made, the window tells so of the home.
 */
function setProfileFolder({ home, isPractice }: ProgramArguments): void {
  const ofHome = home === undefined ? app.getPath('userData') : `${home}-window`;
  const folder = isPractice ? `${ofHome}-practice` : ofHome;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    app.setPath('userData', folder);
  } catch (failure) {
    reportFault(failure);
  }
}

function runWindow(): void {
  let window: BrowserWindow | undefined;
  const push = (event: WindowEvent): void => {
    if (window?.isDestroyed() === false) window.webContents.send(EVENT_CHANNEL, event);
  };
  const work = new RunningWork(push);
  const openedFile = new OpenedFile(() => {
    push({ kind: 'opened-file' });
  });
  if (started.file !== undefined) openedFile.put(started.file);

  app.on('second-instance', (_event, argv, currentFolder) => {
    const { file } = readArguments(argv, currentFolder);
    if (file !== undefined) openedFile.put(file);
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openedFile.put(path);
  });
  app.on('window-all-closed', () => {
    app.quit();
  });

  app
    .whenReady()
    .then(openWindow)
    .catch((failure: unknown) => {
      reportFault(failure);
      dialog.showErrorBox(
        'Strongroom',
        'The window could not be opened. Start Strongroom from a terminal to see why.',
      );
      app.exit(1);
    });

  async function openWindow(): Promise<void> {
    setMenu({ version: app.getVersion(), isPackaged: app.isPackaged });
    // In memory only: the pages have nothing to keep.
    const pages = session.fromPartition('strongroom', { cache: false });
    for (const guarded of [pages, session.defaultSession]) guardSession(guarded);
    serveBundle(pages, await BundleFiles.of(join(import.meta.dirname, '../renderer')));

    const preload = (name: string): string => join(import.meta.dirname, `../preload/${name}.cjs`);
    const prompts = new Prompts(() => window, safeWebPreferences(pages, preload('prompt'), app.isPackaged));
    const shares = new TypedShares((question) => prompts.ask(question));
    const homeSession = makeHomeSession(prompts, shares);
    closeHomeBeforeQuitting(homeSession);

    const router = new Router({
      pageUrl: PAGE_URL,
      isWindow: (sender) => window?.isDestroyed() === false && sender === window.webContents,
      strongroom: () => homeSession.strongroom(),
      windowHandlers: windowHandlers(homeSession, openedFile, shares, () => window),
      track: async (call) => {
        try {
          return await work.track(call);
        } finally {
          await homeSession.tellChanges();
        }
      },
      reportFault,
    });
    ipcMain.handle(CALL_CHANNEL, (event, name: unknown, request: unknown) =>
      router.handle(event, name, request),
    );

    window = createMainWindow(safeWebPreferences(pages, preload('window'), app.isPackaged));
    window.on('close', (event) => {
      if (work.list.length === 0 || window === undefined) return;
      event.preventDefault();
      void askBeforeClosing(window);
    });
    window.webContents.on('render-process-gone', () => {
      // The work goes on in main, and the page shows it again.
      if (window?.isDestroyed() === false) window.webContents.reload();
    });
    try {
      await window.loadURL(PAGE_URL);
      window.show();
    } catch (failure) {
      // Closed while it was loading: there is nothing to tell anybody.
      if (!window.isDestroyed()) throw failure;
    }
  }

  function makeHomeSession(prompts: Prompts, shares: TypedShares): HomeSession {
    const passphrases = passphrasesAsked((question) => prompts.ask(question));
    const common = {
      program: PROGRAM,
      launchModuleHost: launchInUtilityProcess,
      typedShare: (name: string) => shares.read(name),
    };
    const ofUser = {
      path: homePath,
      isPractice: false,
      open: () =>
        Strongroom.open({
          ...common,
          home: started.home,
          pins: pinsAsked((question) => prompts.ask(question)),
          passphrases,
        }),
    };
    const practice = {
      path: practiceHomeOf(practiceFolder),
      isPractice: true,
      open: () => openPracticeRealm(practiceFolder, passphrases, common),
    };
    return new HomeSession({
      version: app.getVersion(),
      home: started.isPractice ? practice : ofUser,
      practice,
      work,
      cancelPrompts: () => {
        prompts.cancelAll();
        shares.forget();
      },
      onChange: (changed) => {
        push({ kind: 'session', session: changed });
      },
      onSettings: ({ theme }) => {
        nativeTheme.themeSource = theme;
      },
    });
  }

  /** Closing the window ends the program, and with it what runs: that is not to happen by a slip of the mouse. */
  async function askBeforeClosing(asking: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox(asking, {
      type: 'question',
      title: 'Work is running',
      message: 'Work is running. Stop it and quit?',
      detail: 'What it has begun is undone in order; nothing that was reported done is lost.',
      buttons: ['Keep it running', 'Stop it and quit'],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) asking.destroy();
  }
}

/** The program ends when its home is closed: work stopped in order, tokens logged out, the home free for the next. */
function closeHomeBeforeQuitting(homeSession: HomeSession): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    homeSession
      .close()
      .catch(reportFault)
      .finally(() => {
        isClosed = true;
        app.quit();
      });
  });
}

/** What the page is not told, for whoever started the program from a terminal. */
function reportFault(thrown: unknown): void {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(`Strongroom met a fault of its own: ${text}\n`);
}
