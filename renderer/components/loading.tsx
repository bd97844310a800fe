import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { ErrorNotice } from './notice.tsx';

/** Something is being loaded. Shown only after a moment, so that quick answers do not flicker; always with words. */
export function Loading({ children = 'Loading' }: { readonly children?: ReactNode }) {
  return (
    <div className="loading" role="status">
      <LoaderCircle aria-hidden className="icon turning" />
      <span>{children}</span>
    </div>
  );
}

export interface AnswerViewProps<Answer> {
  readonly of: {
    readonly answer: Answer | undefined;
    readonly error: ErrorDocument | undefined;
    readonly reload: () => void;
  };
  /** What is being loaded: `Loading the vault`. */
  readonly loading: string;
  readonly children: (answer: Answer) => ReactNode;
}

/** What useAnswer gave: its answer, its error with a way to try again, or that it is being loaded. */
export function AnswerView<Answer>({
  of: { answer, error, reload },
  loading,
  children,
}: AnswerViewProps<Answer>) {
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />;
  if (answer === undefined) return <Loading>{loading}</Loading>;
  return <>{children(answer)}</>;
}
