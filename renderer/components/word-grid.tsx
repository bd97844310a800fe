/** Words to be read out to the other side, large and numbered: it is told which one it is at. */
export function WordGrid({ words, label }: { readonly words: string; readonly label: string }) {
  return (
    <ol className="word-grid" aria-label={label}>
      {words
        .trim()
        .split(/\s+/)
        .map((word, index) => (
          <li key={index}>{word}</li>
        ))}
    </ol>
  );
}
