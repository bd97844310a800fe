import type { Migration } from './migration.ts';

export const recoveryKits: Migration = { version: 12, sql: '' };
