import { useEffect } from 'react';
import { call } from '../../client.ts';

/** Has main forget the shares that custodians typed in for a journey when the journey is left. */
export function useTypedShares(): void {
  useEffect(
    () => () => {
      // Where main cannot be told it locks or ends, which does the same.
      call('share.forget', {}).catch(() => undefined);
    },
    [],
  );
}
