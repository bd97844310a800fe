import { Check, FileKey, KeyRound, UserRound, X } from 'lucide-react';
import { countOf } from '../../components/words.ts';
import './recovery-kit.css';

/** A picture of M of N: who has what, what is enough, and what is not. */
export function ShareFigure({ threshold, shares }: { readonly threshold: number; readonly shares: number }) {
  const spare = shares - threshold;
  return (
    <figure className="share-figure">
      <div
        role="img"
        aria-label={`${shares} custodians have one share each. Any ${threshold} of them with the kit file rebuild the realm keys; ${threshold - 1} of them rebuild nothing.`}
        className="share-picture"
      >
        <Row people={threshold} of={shares} isEnough />
        <Row people={threshold - 1} of={shares} isEnough={false} />
      </div>
      <figcaption>
        {countOf(shares, 'custodian')} with one share each.{' '}
        {spare === 0
          ? 'No share may be lost: without a single one of them the kit is worth nothing.'
          : `${countOf(spare, 'share')} may be lost, and the kit still works.`}{' '}
        {countOf(threshold - 1, 'custodian')} alone {threshold === 2 ? 'learns' : 'together learn'} nothing.
      </figcaption>
    </figure>
  );
}

function Row({
  people,
  of,
  isEnough,
}: {
  readonly people: number;
  readonly of: number;
  readonly isEnough: boolean;
}) {
  return (
    <>
      <div className="share-people">
        {Array.from({ length: of }, (_, index) => (
          <span key={index} className="share-person" data-present={index < people || undefined}>
            <UserRound className="icon" />
            <span>{index + 1}</span>
          </span>
        ))}
      </div>
      <span className="share-sign">+</span>
      <span className="share-part">
        <FileKey className="icon" />
        kit file
      </span>
      <span className="share-sign">=</span>
      <span className="share-part" data-result={isEnough ? 'good' : 'bad'}>
        {isEnough ? <KeyRound className="icon" /> : <X className="icon" />}
        {isEnough ? 'realm keys' : 'nothing'}
        {isEnough && <Check className="icon" />}
      </span>
    </>
  );
}
