import { describe, expect, it } from 'vitest';
import { parsePinFiles, pinSources } from '../../../main/cli/pin-flags.ts';

const frankfurt = { regionId: 'eu-frankfurt-1', regionKey: 'FRA', tokenLabel: 'strongroom-fra' };

function sourceFor(
  purpose: Parameters<ReturnType<typeof pinSources>>[0],
  given: { flags?: string[]; environment?: Record<string, string>; onAsking?: () => void } = {},
) {
  const { flags = [], environment = {}, onAsking = () => undefined } = given;
  return pinSources(parsePinFiles(flags, '/current'), environment, '/current', onAsking)(purpose);
}

describe('--pin-file', () => {
  it.each([['eu-frankfurt-1'], ['FRA'], ['fra'], ['strongroom-fra']])('names the token by %s', (name) => {
    expect(sourceFor(frankfurt, { flags: ['ZRH=/other', `${name}=pins/fra`] })).toEqual({
      kind: 'file',
      path: '/current/pins/fra',
    });
  });

  it('knows the short key of a well-known region that has none of its own yet', () => {
    const purpose = { regionId: 'eu-zurich-1', tokenLabel: 'new' };
    expect(sourceFor(purpose, { flags: ['ZRH=/z'] })).toEqual({ kind: 'file', path: '/z' });
  });

  it('parts at the first equals sign: a path may have one', () => {
    expect(parsePinFiles(['FRA=/a=b'], '/')).toEqual(new Map([['FRA', '/a=b']]));
  });

  it.each([['FRA'], ['=x'], ['FRA='], ['']])('rule R71: refuses %j', (value) => {
    expect(() => parsePinFiles([value], '/')).toThrow('not REGION=PATH');
  });

  it('refuses two files for one name', () => {
    expect(() => parsePinFiles(['FRA=/a', 'FRA=/b'], '/')).toThrow('two files for FRA');
  });
});

describe('STRONGROOM_PIN_FILE_<KEY>', () => {
  const environment = { STRONGROOM_PIN_FILE_FRA: '/from/environment' };

  it('is taken where no flag names the token', () => {
    expect(sourceFor(frankfurt, { environment })).toEqual({ kind: 'file', path: '/from/environment' });
    expect(sourceFor(frankfurt, { environment, flags: ['FRA=/flag'] })).toEqual({
      kind: 'file',
      path: '/flag',
    });
  });

  it('of another region, or empty, is not', () => {
    expect(sourceFor({ ...frankfurt, regionKey: 'ZRH' }, { environment }).kind).toBe('terminal');
    expect(sourceFor(frankfurt, { environment: { STRONGROOM_PIN_FILE_FRA: '' } }).kind).toBe('terminal');
  });
});

describe('the terminal', () => {
  it('rule R71: is left to the token process, told what to ask, after the screen is cleared', () => {
    let asked = 0;
    const onAsking = () => {
      asked += 1;
    };
    expect(sourceFor(frankfurt, { onAsking })).toEqual({
      kind: 'terminal',
      prompt: 'PIN of the token strongroom-fra (region eu-frankfurt-1):',
    });
    expect(asked).toBe(1);
    expect(sourceFor({ tokenLabel: 'evil\u001b[2J' })).toEqual({
      kind: 'terminal',
      prompt: 'PIN of the token evil\\u001b[2J:',
    });
  });
});
