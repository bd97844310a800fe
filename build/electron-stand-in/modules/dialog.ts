import { spawn } from 'node:child_process';
import { isHeadless, trace } from '../browser/settings.ts';

interface FileDialogOptions {
  readonly title?: string;
  readonly defaultPath?: string;
  readonly properties?: readonly string[];
}

interface MessageBoxOptions {
  readonly message?: string;
  readonly defaultId?: number;
  readonly cancelId?: number;
}

interface OpenAnswer {
  readonly canceled: boolean;
  readonly filePaths: string[];
}

interface SaveAnswer {
  readonly canceled: boolean;
  readonly filePath: string;
}

interface MessageBoxAnswer {
  readonly response: number;
  readonly checkboxChecked: boolean;
}

interface Answers {
  readonly showOpenDialog: OpenAnswer;
  readonly showSaveDialog: SaveAnswer;
  readonly showMessageBox: MessageBoxAnswer;
}

/** Answers laid out for tests, in order: `{"showOpenDialog": [{"canceled": false, "filePaths": ["/a"]}]}`. */
const prepared = JSON.parse(process.env['STRONGROOM_STAND_IN_DIALOGS'] ?? '{}') as {
  [Name in keyof Answers]?: Answers[Name][];
};

/** Electron's functions take a window before the options, or not. */
function optionsIn(given: readonly unknown[]): FileDialogOptions & MessageBoxOptions {
  return given.at(-1) ?? {};
}

/**
 * Electron's `dialog`. A test lays out the answers in STRONGROOM_STAND_IN_DIALOGS, or replaces these functions by way of
 * Playwright's `evaluate`. On a screen, file dialogs are zenity's where it is installed. Otherwise every dialog is
 * cancelled.
 */
export const dialog = {
  async showOpenDialog(...given: unknown[]): Promise<OpenAnswer> {
    const laidOut = prepared.showOpenDialog?.shift();
    if (laidOut !== undefined) return laidOut;
    const { properties = [], ...options } = optionsIn(given);
    const kinds = [
      ...(properties.includes('openDirectory') ? ['--directory'] : []),
      ...(properties.includes('multiSelections') ? ['--multiple', '--separator=\n'] : []),
    ];
    const filePaths = await zenity(kinds, options);
    return { canceled: filePaths.length === 0, filePaths };
  },

  async showSaveDialog(...given: unknown[]): Promise<SaveAnswer> {
    const laidOut = prepared.showSaveDialog?.shift();
    if (laidOut !== undefined) return laidOut;
    const [filePath] = await zenity(['--save', '--confirm-overwrite'], optionsIn(given));
    return { canceled: filePath === undefined, filePath: filePath ?? '' };
  },

  async showMessageBox(...given: unknown[]): Promise<MessageBoxAnswer> {
    const { message, cancelId, defaultId } = optionsIn(given);
    trace('message box:', message ?? '');
    const laidOut = prepared.showMessageBox?.shift();
    return laidOut ?? { response: cancelId ?? defaultId ?? 0, checkboxChecked: false };
  },

  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}: ${content}\n`);
  },
};

/** The chosen paths; none if the user chose nothing, or there is no zenity. */
async function zenity(kinds: readonly string[], options: FileDialogOptions): Promise<string[]> {
  if (isHeadless) return [];
  const { title, defaultPath } = options;
  const argumentList = [
    '--file-selection',
    ...kinds,
    ...(title === undefined ? [] : [`--title=${title}`]),
    ...(defaultPath === undefined ? [] : [`--filename=${defaultPath}`]),
  ];
  return new Promise((resolve) => {
    const child = spawn('zenity', argumentList, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', () => {
      process.stderr.write('The Electron stand-in shows file dialogs by zenity, which is not installed.\n');
      resolve([]);
    });
    child.on('close', () => resolve(output.split('\n').filter(Boolean)));
  });
}
