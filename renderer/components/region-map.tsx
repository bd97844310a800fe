import { countOf } from './words.ts';

export interface MapRegion {
  readonly regionId: string;
  readonly regionKey: string;
  /** Undefined: no token is bound to it. */
  readonly tokenLabel: string | undefined;
  readonly vaultCount: number;
  /** Verified copies of backups in its buckets. */
  readonly copyCount: number;
  readonly state: 'good' | 'warning' | 'bad';
  /** The state in words: `Everything here is covered`. */
  readonly words: string;
}

export interface MapRoute {
  readonly from: string;
  readonly to: string;
  /** Backups of `from` that have a verified copy in `to`. */
  readonly copyCount: number;
}

export interface RegionMapProps {
  readonly regions: readonly MapRegion[];
  readonly routes: readonly MapRoute[];
  /** Copies on files and media that belong to no region. */
  readonly offlineCount: number;
  readonly onRegion?: (regionId: string) => void;
}

const WIDTH = 232;
const HEIGHT = 132;
const GAP = 132;
const TOP = 44;

/**
 * Regions, their tokens and where copies lie, as a picture; and the same as a list of sentences for those who do not see
 * the picture. It is a schema, not geography.
 */
export function RegionMap({ regions, routes, offlineCount, onRegion }: RegionMapProps) {
  const width = Math.max(1, regions.length) * (WIDTH + GAP) - GAP + 4;
  const xOf = (regionId: string): number =>
    2 +
    Math.max(
      0,
      regions.findIndex((region) => region.regionId === regionId),
    ) *
      (WIDTH + GAP);
  const shownRoutes = routes.filter(({ from, to, copyCount }) => from !== to && copyCount > 0);
  // Routes past a neighbour go in an arc above or below the boxes; where there is none, the picture ends at the boxes.
  const arcs = shownRoutes.filter(({ from, to }) => Math.abs(xOf(to) - xOf(from)) > WIDTH + GAP);
  const above = arcs.some(({ from, to }) => xOf(from) < xOf(to)) ? TOP : 2;
  const below = offlineCount > 0 || arcs.some(({ from, to }) => xOf(from) > xOf(to)) ? 48 : 2;
  return (
    <figure className="region-map">
      <svg
        viewBox={`0 ${TOP - above} ${width} ${above + HEIGHT + below}`}
        style={{ maxInlineSize: `${width / 14}rem` }}
        aria-hidden="true"
      >
        <defs>
          <marker
            id="route-end"
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="5"
            markerHeight="5"
            orient="auto"
          >
            <path d="M0 0 10 5 0 10z" className="map-arrow" />
          </marker>
        </defs>
        {shownRoutes.map(({ from, to, copyCount }) => {
          const isForward = xOf(from) < xOf(to);
          const y = isForward ? TOP + 40 : TOP + 92;
          const start = isForward ? xOf(from) + WIDTH : xOf(from);
          const end = isForward ? xOf(to) : xOf(to) + WIDTH;
          const isNeighbour = Math.abs(end - start) <= GAP;
          const height = isForward ? 4 : TOP + HEIGHT + 34;
          const path = isNeighbour
            ? `M${start} ${y} H${end}`
            : `M${xOf(from) + WIDTH / 2} ${isForward ? TOP : TOP + HEIGHT} C${xOf(from) + WIDTH / 2} ${height} ${xOf(to) + WIDTH / 2} ${height} ${xOf(to) + WIDTH / 2} ${isForward ? TOP : TOP + HEIGHT}`;
          return (
            <g key={`${from} ${to}`}>
              <path d={path} className="map-route" markerEnd="url(#route-end)" />
              {isNeighbour && (
                <text x={(start + end) / 2} y={y - 8} textAnchor="middle" className="map-small">
                  {countOf(copyCount, 'copy', 'copies')}
                </text>
              )}
            </g>
          );
        })}
        {regions.map(({ regionId, regionKey, tokenLabel, vaultCount, copyCount, state }) => (
          <g
            key={regionId}
            transform={`translate(${xOf(regionId)} ${TOP})`}
            className="map-region"
            data-state={state}
          >
            <rect width={WIDTH} height={HEIGHT} rx="10" className="map-box" />
            <rect width="6" height={HEIGHT - 20} x="0" y="10" rx="3" className="map-side" />
            <text x="22" y="32" className="map-title">
              {regionKey}
            </text>
            <text x="22" y="52" className="map-small">
              {regionId}
            </text>
            <text x="22" y="82" className="map-text">
              {tokenLabel === undefined ? 'no token' : `token ${cut(tokenLabel)}`}
            </text>
            <text x="22" y="104" className="map-text">
              {`${countOf(vaultCount, 'vault')}, ${countOf(copyCount, 'copy', 'copies')}`}
            </text>
            <StateMark state={state} />
          </g>
        ))}
        {offlineCount > 0 && (
          <text x={width / 2} y={HEIGHT + TOP + 38} textAnchor="middle" className="map-small">
            {`${countOf(offlineCount, 'copy', 'copies')} on files and media`}
          </text>
        )}
      </svg>
      <figcaption>
        <ul className="region-map-list">
          {regions.map(({ regionId, regionKey, tokenLabel, vaultCount, copyCount, words, state }) => (
            <li key={regionId} data-state={state}>
              {onRegion === undefined ? (
                <strong>{regionKey}</strong>
              ) : (
                <button type="button" className="link" onClick={() => onRegion(regionId)}>
                  {regionKey}
                </button>
              )}{' '}
              {words}
              <span className="visually-hidden">
                {` ${regionId}, ${tokenLabel === undefined ? 'no token' : `token ${tokenLabel}`}, ${countOf(vaultCount, 'vault')}, ${countOf(copyCount, 'verified copy', 'verified copies')} in its buckets.`}
              </span>
            </li>
          ))}
          {shownRoutes.map(({ from, to, copyCount }) => (
            <li key={`${from} ${to}`} className="visually-hidden">
              {`${countOf(copyCount, 'backup')} of ${from} ${copyCount === 1 ? 'has' : 'have'} a verified copy in ${to}.`}
            </li>
          ))}
          {offlineCount > 0 && (
            <li className="visually-hidden">{`${countOf(offlineCount, 'copy', 'copies')} on files and media.`}</li>
          )}
        </ul>
      </figcaption>
    </figure>
  );
}

const cut = (label: string): string => (label.length > 18 ? `${label.slice(0, 17)}…` : label);

/** A tick, an exclamation mark or a cross: the state without its colour. */
function StateMark({ state }: { readonly state: MapRegion['state'] }) {
  const paths = { good: 'M-6 0 -2 4 6 -5', warning: 'M0 -6V1M0 5V5.5', bad: 'M-5 -5 5 5M5 -5 -5 5' } as const;
  return (
    <g transform={`translate(${WIDTH - 26} 28)`}>
      <circle r="13" className="map-mark" />
      <path d={paths[state]} className="map-mark-line" />
    </g>
  );
}
