import { Copy } from 'lucide-react';
import { call, toErrorDocument } from '../client.ts';
import { showToast } from '../stores/announcements.ts';
import { IconButton } from './button.tsx';
import { bytesInWords, countOf, shortOcid } from './words.ts';

/** Puts text on the clipboard and says so. `what` begins the sentence: `The OCID`. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await call('clipboard.copy', { text });
    showToast(`${what} was copied.`);
  } catch (thrown) {
    showToast(toErrorDocument(thrown).message, 'error');
  }
}

/** An OCID, shortened to its end, with a button that copies all of it. */
export function Ocid({ value, isWhole = false }: { readonly value: string; readonly isWhole?: boolean }) {
  return (
    <span className="ocid">
      <code title={value}>{isWhole ? value : shortOcid(value)}</code>
      <IconButton
        icon={Copy}
        label="Copy the OCID"
        size="small"
        onPress={() => void copyText(value, 'The OCID')}
      />
    </span>
  );
}

/** A SHA-256 or a check value, shortened, with a button that copies all of it. */
export function Fingerprint({
  value,
  what = 'The SHA-256',
}: {
  readonly value: string;
  readonly what?: string;
}) {
  return (
    <span className="ocid">
      <code title={value}>{value.length > 20 ? `${value.slice(0, 8)}…${value.slice(-8)}` : value}</code>
      <IconButton
        icon={Copy}
        label={`Copy ${what.charAt(0).toLowerCase()}${what.slice(1)}`}
        size="small"
        onPress={() => void copyText(value, what)}
      />
    </span>
  );
}

export function Bytes({ value }: { readonly value: number }) {
  return <span title={countOf(value, 'byte')}>{bytesInWords(value)}</span>;
}
