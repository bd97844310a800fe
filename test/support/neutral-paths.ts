import type { WindowEvent } from '../../shared/contract/bridge.ts';
import type { PageHost } from './preview-server.ts';

/**
 * A page's host, whose page sees one folder of this machine under another name, and may name it so. For pictures, which are
 * to look the same wherever they are made.
 */
export function withNeutralPaths(host: PageHost, folder: string, shownAs: string): PageHost {
  const exchange = <Value>(value: Value, from: string, to: string): Value =>
    value === undefined
      ? value
      : (JSON.parse(JSON.stringify(value).replaceAll(quoted(from), quoted(to))) as Value);
  return {
    call: async (name, request) => {
      try {
        return exchange(await host.call(name, exchange(request, shownAs, folder)), folder, shownAs);
      } catch (thrown) {
        if (thrown instanceof Error) thrown.message = thrown.message.replaceAll(folder, shownAs);
        throw thrown;
      }
    },
    onEvent: (listener) =>
      host.onEvent((event: WindowEvent) => {
        listener(exchange(event, folder, shownAs));
      }),
  };
}

/** As it stands inside a string of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
