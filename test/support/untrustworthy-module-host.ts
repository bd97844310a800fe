import type { CallMessage } from '../../main/hsm/module-call.ts';

/**
 * A stand-in for a token's process whose module has taken it over: it says what no real module can be made to say. What
 * it does is named by the module path that it is told to load.
 */
let behaviour = '';

process.on('message', (message: CallMessage) => {
  const { id, method, parameters } = message;
  if (method === 'load') {
    behaviour = String(parameters[0]);
    process.send?.({ id, kind: 'result', result: undefined });
    return;
  }
  if (method === 'stop') process.exit(0);
  switch (behaviour) {
    case 'answers another call':
      process.send?.({ id: id + 1, kind: 'result', result: [] });
      break;
    case 'answers nonsense':
      process.send?.('nonsense');
      break;
    case 'answers with a wrong shape':
      process.send?.({ id, kind: 'result', result: [{ label: 'no more than a label' }] });
      break;
    case 'claims to be asking a person':
      process.send?.({ id, kind: 'asking', isAsking: true });
      break;
    case 'forges terminal output':
      process.send?.({ id, kind: 'result', result: [{ ...token, label: '\u001b[2Jall is well\u202e' }] });
      break;
    case 'answers for other keys':
      if (method === 'login') process.send?.({ id, kind: 'result', result: { login: 'login', token } });
      else process.send?.({ id, kind: 'result', result: ['f'.repeat(32)] });
      break;
  }
});
process.on('disconnect', () => process.exit(0));

const token = {
  label: 'token',
  serial: '1',
  manufacturer: '',
  model: '',
  firmwareVersion: '',
  isInitialised: true,
  isUserPinSet: true,
  isPinCountLow: false,
  isPinFinalTry: false,
  isPinLocked: false,
};
