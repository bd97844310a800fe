/** How the set-up speaks: plain lines on stderr, so that stdout stays the command's own. */

export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/** Stops the set-up. Exit code 2: a person has to do something first. 1: something that should work did not. */
export class SetUpFailure extends Error {
  constructor(message, { exitCode = 1, output = '' } = {}) {
    super(message);
    this.name = 'SetUpFailure';
    this.exitCode = exitCode;
    /** What the failed command printed. */
    this.output = output;
  }
}

/** Runs a step of the set-up as a program: a failure is told in plain lines, a mistake of ours with its stack. */
export function runAsProgram(step) {
  try {
    step();
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    if (error.output !== '') process.stderr.write(`${error.output.trimEnd()}\n`);
    say(error.message);
    process.exitCode = error.exitCode;
  }
}
