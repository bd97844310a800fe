import { inWindowWords } from '../../components/words.ts';

/** Sentences of main, one below the other. */
export function Sentences({ of }: { readonly of: readonly string[] }) {
  return (
    <ul className="plain-list">
      {of.map((sentence) => (
        <li key={sentence}>{inWindowWords(sentence)}</li>
      ))}
    </ul>
  );
}
