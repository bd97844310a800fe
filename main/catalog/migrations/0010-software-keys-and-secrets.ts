import type { Migration } from './migration.ts';

export const softwareKeysAndSecrets: Migration = { version: 10, sql: '' };
