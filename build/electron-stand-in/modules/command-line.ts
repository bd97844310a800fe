/** The command line as it was before Playwright's loader took its own part out of process.argv. */
const argv = [...process.argv];

/** Switches of the command line that Chromium gets too; all others are the app's own. */
const FOR_CHROMIUM = ['no-sandbox', 'remote-debugging-port', 'force-device-scale-factor', 'lang'];

function switchesOf(argumentList: readonly string[]): Map<string, string> {
  const switches = new Map<string, string>();
  // What stands behind `--` is the app's own, whatever it looks like.
  const end = argumentList.indexOf('--');
  for (const argument of argumentList.slice(0, end === -1 ? undefined : end)) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name !== undefined) switches.set(name.toLowerCase(), value ?? '');
  }
  return switches;
}

/** app.commandLine. */
export class CommandLine {
  readonly #given = switchesOf(argv);
  readonly #appended = new Map<string, string>();

  appendSwitch(name: string, value = ''): void {
    this.#appended.set(name.toLowerCase(), value);
  }

  appendArgument(): void {
    // Chromium takes none of the arguments that are not switches.
  }

  hasSwitch(name: string): boolean {
    return this.#appended.has(name) || this.#given.has(name);
  }

  getSwitchValue(name: string): string {
    return this.#appended.get(name) ?? this.#given.get(name) ?? '';
  }

  removeSwitch(name: string): void {
    this.#appended.delete(name);
    this.#given.delete(name);
  }

  /** What Chromium is started with. */
  forChromium(): ReadonlyMap<string, string> {
    const given = FOR_CHROMIUM.filter((name) => this.#given.has(name));
    return new Map([...given.map((name) => [name, this.getSwitchValue(name)] as const), ...this.#appended]);
  }
}
