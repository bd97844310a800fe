import type { Migration } from './migration.ts';

export const requests: Migration = { version: 14, sql: '' };
