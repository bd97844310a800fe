import type { Migration } from './migration.ts';

export const preAuthenticatedCopies: Migration = { version: 11, sql: '' };
