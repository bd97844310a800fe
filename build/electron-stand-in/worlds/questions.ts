import type { DevToolsSession } from '../browser/connection.ts';

/** The function of the isolated world that asks; see worlds/in-page/isolated-world.js. */
const ASKING_FUNCTION = 'askHost';

/**
 * Answers what a preload script must know at once, which a message cannot do: the path of a File. The script stops at a
 * debugger statement; while it stands, the browser is asked for the path behind the File, the answer is written into
 * the script's variable, and it goes on. Only a script of the isolated world is answered.
 */
export async function answerQuestions(session: DevToolsSession): Promise<void> {
  const askingScripts = new Set<string>();
  session.on('Debugger.scriptParsed', ({ scriptId, executionContextAuxData }) => {
    const world = executionContextAuxData as { type?: string } | undefined;
    if (world?.type === 'isolated') askingScripts.add(scriptId);
  });
  session.on('Debugger.paused', ({ callFrames }) => {
    const frame = callFrames[0];
    const isQuestion = frame?.functionName === ASKING_FUNCTION && askingScripts.has(frame.location.scriptId);
    void (isQuestion ? answer(session, frame.callFrameId) : session.trySend('Debugger.resume'));
  });
  session.on('Runtime.executionContextsCleared', () => askingScripts.clear());
  await session.send('Debugger.enable');
}

async function answer(session: DevToolsSession, callFrameId: string): Promise<void> {
  try {
    const { result } = await session.send('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: 'subject',
    });
    const path = result.objectId === undefined ? '' : await pathOf(session, result.objectId);
    await session.send('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: `answer = ${JSON.stringify(path)}`,
    });
  } finally {
    await session.trySend('Debugger.resume');
  }
}

/** Empty for what is no File, and for a File that was made by script: as Electron answers. */
async function pathOf(session: DevToolsSession, objectId: string): Promise<string> {
  const info = await session.trySend('DOM.getFileInfo', { objectId });
  return info?.path ?? '';
}
