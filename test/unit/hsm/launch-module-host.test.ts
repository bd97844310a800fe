import { describe, expect, it } from 'vitest';
import { moduleHostEnvironment } from '../../../main/hsm/launch-module-host.ts';

describe("the environment of a token's process (rule R71)", () => {
  it('has what modules read, and nothing that changes how Node runs or says where secrets are', () => {
    const passed = {
      PATH: '/bin',
      LC_ALL: 'C',
      SOFTHSM2_CONF: 'a',
      NSS_DEFAULT_DB_TYPE: 'sql',
      TPM2_PKCS11_STORE: 'b',
    };
    const kept = {
      NODE_OPTIONS: '--require ./evil.js',
      NODE_EXTRA_CA_CERTS: 'x',
      LD_PRELOAD: 'evil.so',
      STRONGROOM_PIN_FILE_FRA: '/pin',
      STRONGROOM_PASSPHRASE_FILE: '/passphrase',
      AWS_SECRET_ACCESS_KEY: 'x',
      MY_PATH: 'x',
    };
    expect(moduleHostEnvironment({ ...passed, ...kept })).toEqual(passed);
  });

  it('takes further variables from the caller, and gives some up', () => {
    const environment = moduleHostEnvironment(
      { PATH: '/bin', HOME: '/home' },
      { VENDOR_CONF: 'v', HOME: undefined },
    );
    expect(environment).toEqual({ PATH: '/bin', VENDOR_CONF: 'v' });
  });
});
