import { CircleCheck } from 'lucide-react';
import { inGroups } from './exchange.ts';
import './enrolment.css';

export interface CheckValuesProps {
  readonly rbk: string;
  readonly rak: string;
  /** The same values from the other token, where it is at hand: then both stand side by side. */
  readonly other?: { readonly label: string; readonly rbk: string; readonly rak: string };
  /** Heading of the values. */
  readonly label: string;
}

/** Check values of the two realm keys: what must be the same on every token of the realm. */
export function CheckValues({ rbk, rak, other, label }: CheckValuesProps) {
  const rows = [
    { name: 'Wrapping key (RBK)', here: rbk, there: other?.rbk },
    { name: 'Authentication key (RAK)', here: rak, there: other?.rak },
  ];
  return (
    <table className="check-values">
      <caption className="visually-hidden">Check values of the realm keys</caption>
      <thead>
        <tr>
          <th scope="col">Check value of</th>
          <th scope="col">{label}</th>
          {other !== undefined && <th scope="col">{other.label}</th>}
          {other !== undefined && <th scope="col">Compared</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, here, there }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{inGroups(here)}</code>
            </td>
            {there !== undefined && (
              <td>
                <code>{inGroups(there)}</code>
              </td>
            )}
            {there !== undefined && (
              <td className={here === there ? 'mark-good' : 'mark-bad'}>
                {here === there && <CircleCheck aria-hidden className="icon" />}{' '}
                {here === there ? 'The same' : 'Different'}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
