import { download } from './pre-authenticated-download.ts';
import type { DownloadOrder } from './pre-authenticated-download.ts';
import type { Peer } from './pre-authenticated-exchange.ts';
import { DEFAULT_LIMITS } from './pre-authenticated-limits.ts';
import type { ExchangeLimits } from './pre-authenticated-limits.ts';
import { trustOf } from './pre-authenticated-trust.ts';
import { PreAuthenticatedUpload, requireNothingThere } from './pre-authenticated-upload.ts';
import { parsePreAuthenticatedUri } from './pre-authenticated-uri.ts';
import type { ReadableObject, StagedObject } from './object-store.ts';
import { stageFile } from './staged-file.ts';
import type { StagingPlace } from './staged-file.ts';

export interface PreAuthenticatedOptions {
  /** The URL: a secret. */
  readonly uri: string;
  /** PEM file of an authority that is trusted for this URL, besides those of this machine. */
  readonly caFile?: string | undefined;
  /** An existing private folder on this machine: what is sent or fetched lies there meanwhile. */
  readonly stagingFolder: string;
  readonly limits?: ExchangeLimits;
}

/**
 * Opens the URL of a pre-authenticated request as a place for one object (rules R23, R40). No connection is made yet.
 * @throws InvalidParameter `UriInvalid`, `CaFileInvalid`; NotAuthorizedOrNotFound `FileNotFound`
 */
export async function preAuthenticatedRequest(
  options: PreAuthenticatedOptions,
): Promise<PreAuthenticatedRequest> {
  const peer: Peer = {
    uri: parsePreAuthenticatedUri(options.uri),
    trust: await trustOf(options.caFile),
    limits: options.limits ?? DEFAULT_LIMITS,
  };
  return new PreAuthenticatedRequest(peer, options.stagingFolder);
}

/**
 * One object behind a URL that is a bearer secret. It is the only thing in Strongroom that opens a connection, and only
 * to the host that the operator's URL names (rule R70). Whatever goes wrong is told without the URL (rule R74).
 */
export class PreAuthenticatedRequest {
  readonly #peer: Peer;
  readonly #place: StagingPlace;

  constructor(peer: Peer, stagingFolder: string) {
    this.#peer = peer;
    this.#place = {
      folder: stagingFolder,
      admit: () => Promise.resolve(),
      published: () => Promise.resolve(),
    };
  }

  get host(): string {
    return this.#peer.uri.host;
  }

  /** Of the URL: what the catalog knows it by. */
  get uriSha256(): string {
    return this.#peer.uri.sha256;
  }

  get objectName(): string {
    return this.#peer.uri.objectName;
  }

  /** For people, without the secret. */
  get description(): string {
    return this.#peer.uri.description;
  }

  /** @throws NotAuthorizedOrResourceAlreadyExists `NameTaken`: asked first, before the work and not after it. */
  async stage(): Promise<StagedObject> {
    await requireNothingThere(this.#peer);
    return new PreAuthenticatedUpload(this.#peer, await stageFile(this.#place));
  }

  /**
   * Fetches the object and opens it; see [Note: going on with a download].
   * @throws NotAuthorizedOrNotFound `UriNotFound`; NotAuthorized `UriRefused`; InvalidParameter `DownloadTooLarge`,
   * `RedirectRefused`; ServiceUnavailable `CertificateRefused`, `TlsRefused`, `UriUnreachable`, `UriStalled`,
   * `UriTooSlow`, `UriBusy`, `UriFailed`, `UriAnswerInvalid`; what the disk throws
   */
  async open(order: Omit<DownloadOrder, 'place'>): Promise<ReadableObject> {
    return await download(this.#peer, { ...order, place: this.#place });
  }
}
