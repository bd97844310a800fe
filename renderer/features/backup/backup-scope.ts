/** What one backup is of (rule R20). */
export type BackupScope = 'vault' | 'key';
