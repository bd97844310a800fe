import { copyFile, writeFile } from 'node:fs/promises';
import { faultEnvironment, faultModuleWithSettings } from '../../support/fault-module.ts';
import type { Fault } from '../../support/fault-module.ts';
import { tokenFields, ZRH } from '../../support/two-regions.ts';
import type { TwoRegions } from '../../support/two-regions.ts';

/** Zurich's token behind the fault shim: real tokens are neither pulled nor slow on demand. */
export class ZurichBehindShim {
  readonly #regions: TwoRegions;
  readonly #module: string;

  private constructor(regions: TwoRegions) {
    this.#regions = regions;
    this.#module = regions.path('token-module.so');
  }

  /** Binds the region's token anew, by way of the shim, which lets everything through at first. */
  static async make(regions: TwoRegions): Promise<ZurichBehindShim> {
    const shim = new ZurichBehindShim(regions);
    await copyFile(faultModuleWithSettings(), shim.#module);
    await shim.setFault(undefined);
    await regions.call('region.detach', { region: ZRH });
    const reference = { ...regions.zrh.reference, modulePath: shim.#module };
    await regions.call('region.attach', { region: ZRH, ...tokenFields({ ...regions.zrh, reference }) });
    return shim;
  }

  /** What the next process of the token meets. */
  async setFault(fault: Fault | undefined): Promise<void> {
    const settings = faultEnvironment(this.#regions.fra.reference.modulePath, fault);
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(`${this.#module}.settings`, lines.join(''));
  }
}
