import { performance } from 'node:perf_hooks';

export interface DemoStep {
  readonly name: string;
  readonly milliseconds: number;
}

/** Times the steps of the demo, and says each as it begins and ends. */
export class DemoSteps {
  readonly done: DemoStep[] = [];
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** @param tell says in words what came of it. */
  async step<Result>(
    name: string,
    work: () => Promise<Result>,
    tell?: (result: Result) => string,
  ): Promise<Result> {
    const start = performance.now();
    const result = await work();
    const milliseconds = Math.round(performance.now() - start);
    this.done.push({ name, milliseconds });
    const detail = tell === undefined ? '' : `: ${tell(result)}`;
    this.#say(`${String(milliseconds).padStart(7)} ms  ${name}${detail}\n`);
    return result;
  }
}
