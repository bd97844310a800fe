import { Volume2 } from 'lucide-react';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { WordGrid } from '../../components/word-grid.tsx';
import { areAllWords, wordCount, wordsOf } from './exchange.ts';
import './enrolment.css';

/** Twelve words to read out to the other side. */
export function WordsToRead({
  words,
  of,
  children,
}: {
  readonly words: string;
  /** `the request` */
  readonly of: string;
  readonly children: React.ReactNode;
}) {
  return (
    <section className="spoken" aria-label={`The twelve words of ${of}`}>
      <p className="spoken-lead">
        <Volume2 aria-hidden className="icon" />
        <span>{children}</span>
      </p>
      <WordGrid words={words} label={`The twelve words of ${of}`} />
    </section>
  );
}

/** Twelve words as the other side reads them out; what was heard is shown as it will be compared. */
export function WordsHeard({
  value,
  onChange,
  of,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly of: string;
}) {
  return (
    <div className="stack">
      <TextField
        label={`The twelve words of ${of}`}
        value={value}
        onChange={onChange}
        isMultiline
        rows={3}
        isCode
        isRequired
        maxLength={400}
        placeholder="abandon ability able …"
        description={`Type them as the other side reads them out. ${wordCount(value)}.`}
      />
      {areAllWords(value) && (
        <WordGrid words={wordsOf(value).join(' ')} label="The words as you typed them" />
      )}
      <Notice>
        Hear the words from the person there, on the telephone or in the room. Words that came with the file
        prove nothing: whoever exchanged the file would have exchanged them too.
      </Notice>
    </div>
  );
}
