import type { Migration } from './migration.ts';

export const access: Migration = { version: 7, sql: '' };
