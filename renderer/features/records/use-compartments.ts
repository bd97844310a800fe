import { useCallback, useMemo } from 'react';
import type { Row } from '../../client.ts';
import { shortOcid } from '../../components/words.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { pathsOf } from './compartment-paths.ts';

export interface Compartments {
  readonly pages: Pages<'compartment.list'>;
  readonly rows: readonly Row<'compartment.list'>[];
  /** `Tenancy / Payments`; the end of the OCID where the caller may not see compartments. */
  readonly pathOf: (compartmentId: string) => string;
}

/** The compartments of the tenancy, for their names. */
export function useCompartments(): Compartments {
  const pages = usePages('compartment.list', {});
  const { rows } = pages;
  const paths = useMemo(() => pathsOf(rows), [rows]);
  const pathOf = useCallback(
    (compartmentId: string) => paths.get(compartmentId) ?? shortOcid(compartmentId),
    [paths],
  );
  return { pages, rows, pathOf };
}
