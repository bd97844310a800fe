import type { DeletableType } from '../../../shared/domain/deletion.ts';

/** `Key version` */
export function typeInWords(type: DeletableType): string {
  switch (type) {
    case 'vault':
      return 'Vault';
    case 'key':
      return 'Key';
    case 'keyVersion':
      return 'Key version';
  }
}
