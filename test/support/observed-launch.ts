import { forkModuleHost } from '../../main/hsm/launch-module-host.ts';
import type { LaunchModuleHost, ModuleHostConnection } from '../../main/hsm/launch-module-host.ts';
import type { CallMessage } from '../../main/hsm/module-call.ts';

/** What went to and fro between main and the tokens' processes. The processes are real; this only looks on. */
export class ObservedLaunch {
  readonly posted: CallMessage[] = [];
  readonly received: unknown[] = [];
  /** Calls sent and not yet answered, at most. */
  mostUnderWay = 0;
  starts = 0;
  exits = 0;
  #underWay = 0;

  readonly launch: LaunchModuleHost = (entry) => {
    this.starts += 1;
    const connection = forkModuleHost(entry);
    return {
      ...connection,
      post: (message) => {
        this.posted.push(message);
        this.#underWay += 1;
        this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
        connection.post(message);
      },
      onMessage: (listener) => {
        connection.onMessage((message) => {
          this.received.push(message);
          this.#underWay -= 1;
          listener(message);
        });
      },
      onExit: (listener) => {
        connection.onExit((exit) => {
          this.exits += 1;
          this.#underWay = 0;
          listener(exit);
        });
      },
    } satisfies ModuleHostConnection;
  };

  /** How often a call was sent. */
  count(method: CallMessage['method']): number {
    return this.posted.filter((message) => message.method === method).length;
  }
}
