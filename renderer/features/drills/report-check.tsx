import { useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';

/** Checks a drill's report, also one of another machine: it needs a token of the realm and nothing else. */
export function ReportCheck({ onClose }: { readonly onClose: () => void }) {
  const [check, setCheck] = useState('');
  const [isPending, setPending] = useState(false);
  const [answer, setAnswer] = useState<Answer<'backup.drill'>>();
  const [error, setError] = useState<ErrorDocument>();
  async function run(): Promise<void> {
    setPending(true);
    setAnswer(undefined);
    setError(undefined);
    try {
      setAnswer(await call('backup.drill', { check }));
    } catch (thrown) {
      setError(toErrorDocument(thrown));
    } finally {
      setPending(false);
    }
  }
  return (
    <Dialog
      title="Check a drill’s report"
      isOpen
      onClose={onClose}
      actions={
        <Button variant="primary" isDisabled={check === ''} isPending={isPending} onPress={() => void run()}>
          Check
        </Button>
      }
    >
      <FilePicker
        label="Report"
        value={check}
        onChange={setCheck}
        purpose="open-file"
        title="The report to check"
        extensions={['json']}
        hasDropZone
      />
      {error !== undefined && <ErrorNotice error={error} />}
      {answer !== undefined && (
        <Notice
          tone={answer.isProven ? 'success' : 'warning'}
          title={
            answer.isProven ? 'The report is authentic, and every key was proven' : 'The report is authentic'
          }
          isLive
        >
          {answer.statement}
        </Notice>
      )}
    </Dialog>
  );
}
