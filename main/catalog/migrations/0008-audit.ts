import type { Migration } from './migration.ts';

export const audit: Migration = { version: 8, sql: '' };
