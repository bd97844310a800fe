import { withoutCommands } from '../../components/words.ts';

/** Sentences of main, one below the other. */
export function Sentences({ of }: { readonly of: readonly string[] }) {
  return (
    <ul className="plain-list">
      {of.map((sentence) => (
        <li key={sentence}>{withoutCommands(sentence)}</li>
      ))}
    </ul>
  );
}
