import { useState } from 'react';
import { signingAlgorithmsOf } from '../../../shared/domain/key-shape.ts';
import type { SigningAlgorithm } from '../../../shared/domain/key-shape.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import type { Description } from '../../components/description-list.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Bytes, Fingerprint, Ocid } from '../../components/ocid.tsx';
import type { KeyUse } from './key-uses.ts';

type Key = Answer<'key.get'>;

export interface UseKeyDialogProps {
  readonly use: KeyUse;
  readonly keyRecord: Key;
  readonly onClose: () => void;
}

interface Done {
  readonly title: string;
  readonly items: readonly Description[];
}

const TITLES: Readonly<Record<KeyUse, string>> = {
  encrypt: 'Encrypt a file with',
  decrypt: 'Decrypt a file with',
  sign: 'Sign a file with',
  verify: 'Verify a signature made with',
};
const VERBS: Readonly<Record<KeyUse, string>> = {
  encrypt: 'Encrypt',
  decrypt: 'Decrypt',
  sign: 'Sign',
  verify: 'Verify',
};

/** Uses a key on a file of any size (rule R14), then says what was done with which version. */
export function UseKeyDialog({ use, keyRecord: key, onClose }: UseKeyDialogProps) {
  const [input, setInput] = useState('');
  const [output, setOutput] = useState('');
  const algorithms = signingAlgorithmsOf(key.keyShape);
  const [algorithm, setAlgorithm] = useState<SigningAlgorithm | undefined>(algorithms[0]);
  const [done, setDone] = useState<Done>();
  if (done !== undefined) {
    return (
      <Dialog title={done.title} isOpen onClose={onClose} actions={<Button onPress={onClose}>Close</Button>}>
        <DescriptionList items={done.items} />
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={`${TITLES[use]} ${key.displayName}`}
      onClose={onClose}
      submitLabel={VERBS[use]}
      isSubmitDisabled={input === '' || output === ''}
      onSubmit={async () => {
        setDone(await carryOut(use, key, input, output, algorithm));
        return false;
      }}
      pendingWords="Working through the file. A window may ask for the token’s PIN."
    >
      <FilePicker
        label={use === 'decrypt' ? 'Encrypted file' : 'File'}
        value={input}
        onChange={setInput}
        purpose="open-file"
        title={use === 'decrypt' ? 'File to decrypt' : 'File'}
        isRequired
      />
      {use === 'verify' ? (
        <FilePicker
          label="Signature"
          value={output}
          onChange={setOutput}
          purpose="open-file"
          title="Signature of the file"
          isRequired
        />
      ) : (
        <FilePicker
          label={use === 'sign' ? 'New file for the signature' : 'New file for the result'}
          value={output}
          onChange={setOutput}
          purpose="save-file"
          title="Where to write the result"
          description="A file that is there is not replaced."
          isRequired
        />
      )}
      {use === 'sign' && algorithms.length > 1 && (
        <Select
          label="Signing algorithm"
          options={algorithms.map((id) => ({ id, label: id }))}
          value={algorithm}
          onChange={setAlgorithm}
        />
      )}
    </FormDialog>
  );
}

async function carryOut(
  use: KeyUse,
  key: Key,
  input: string,
  output: string,
  signingAlgorithm: SigningAlgorithm | undefined,
): Promise<Done> {
  const keyId = key.id;
  switch (use) {
    case 'encrypt':
    case 'decrypt': {
      const result = await call(use === 'encrypt' ? 'crypto.encrypt' : 'crypto.decrypt', {
        keyId,
        in: input,
        out: output,
      });
      const written = use === 'encrypt' ? result.ciphertext : result.plaintext;
      return {
        title: use === 'encrypt' ? 'The file was encrypted.' : 'The file was decrypted.',
        items: [
          { term: 'Written to', value: <code>{written.path}</code> },
          { term: 'Size', value: <Bytes value={written.bytes} /> },
          { term: 'SHA-256', value: <Fingerprint value={written.sha256} /> },
          { term: 'Key version', value: <Ocid value={result.keyVersionId} /> },
        ],
      };
    }
    case 'sign': {
      const result = await call('crypto.sign', {
        keyId,
        in: input,
        signature: output,
        ...(signingAlgorithm === undefined ? {} : { signingAlgorithm }),
      });
      return {
        title: 'The file was signed.',
        items: [
          { term: 'Signature', value: <code>{result.signatureFile}</code> },
          { term: 'Algorithm', value: result.signingAlgorithm },
          { term: 'SHA-256 of the file', value: <Fingerprint value={result.message.sha256} /> },
          { term: 'Key version', value: <Ocid value={result.keyVersionId} /> },
        ],
      };
    }
    case 'verify': {
      const result = await call('crypto.verify', { keyId, in: input, signature: output });
      return {
        title: 'The signature is valid.',
        items: [
          { term: 'File', value: <code>{result.message.path}</code> },
          { term: 'Algorithm', value: result.signingAlgorithm },
          { term: 'SHA-256 of the file', value: <Fingerprint value={result.message.sha256} /> },
          { term: 'Key version', value: <Ocid value={result.keyVersionId} /> },
        ],
      };
    }
  }
}
