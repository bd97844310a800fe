import { toStrongroomError } from '../../shared/domain/errors.ts';
import { isModuleMethod } from './module-call.ts';
import type { CallMessage } from './module-call.ts';
import { ModuleServer } from './module-server.ts';
import { parentProcess } from './parent-process.ts';
import type { ParentProcess } from './parent-process.ts';
import type { LoadModule } from './pkcs11-token.ts';

/**
 * Serves a module's calls to the process that started this one, in order, until that process is gone or says stop.
 * Each answer has left before the next call begins: what the module did is known outside even if that call kills us.
 */
export function serveModule(loadModule: LoadModule): void {
  const server = new ModuleServer(loadModule);
  const parent = parentProcess();
  let turn = Promise.resolve();

  parent.onMessage((message) => {
    turn = turn.then(() => answer(server, parent, message));
  });
  parent.onGone(() => {
    end(server);
  });
  process.on('SIGTERM', () => {
    end(server);
  });
  // Ctrl-C and a closed terminal reach every process of the terminal's group: only the parent decides what they mean.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
}

async function answer(server: ModuleServer, parent: ParentProcess, message: unknown): Promise<void> {
  if (!isCallMessage(message)) return;
  const { id, method } = message;
  if (method === 'stop') end(server);
  try {
    const onAsking = (isAsking: boolean): void => void parent.send({ id, kind: 'asking', isAsking });
    const result = await server.call(method, message.parameters, onAsking);
    if (!(await parent.send({ id, kind: 'result', result }))) end(server);
  } catch (thrown) {
    if (!(await parent.send({ id, kind: 'error', error: toStrongroomError(thrown).toDocument() })))
      end(server);
  }
}

function end(server: ModuleServer): never {
  try {
    server.stop();
  } finally {
    // The exit, unlike a mere disconnect, also takes with it what the module left running, and every copy of a PIN.
    process.exit(0);
  }
}

function isCallMessage(message: unknown): message is CallMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    Number.isSafeInteger(message.id) &&
    'method' in message &&
    isModuleMethod(message.method) &&
    'parameters' in message &&
    Array.isArray(message.parameters)
  );
}
