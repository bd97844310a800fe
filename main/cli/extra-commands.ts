import { demoCommand } from './demo/demo-command.ts';
import type { ExtraCommand } from './extra-command.ts';

/** Commands that are no operation of the contract. */
export const extraCommands: readonly ExtraCommand[] = [demoCommand];
