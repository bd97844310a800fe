import type { Migration } from './migration.ts';

export const deletionAndLimits: Migration = { version: 9, sql: '' };
