/** The types of the DevTools protocol. Types only: nothing of Playwright is loaded. */
export type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
