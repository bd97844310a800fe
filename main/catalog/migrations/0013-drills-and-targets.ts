import type { Migration } from './migration.ts';

export const drillsAndTargets: Migration = { version: 13, sql: '' };
