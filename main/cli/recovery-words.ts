import type { Strongroom } from '../strongroom.ts';

export function recoveryLines(reports: Strongroom['recovery']): string[] {
  return reports.map(String);
}
