import type { OperationName, RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import type { Progress } from '../../shared/domain/work-request.ts';
import type { Access } from '../access/access.ts';
import type { AccessDemand } from '../access/access-demand.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { PinSource, TokenSession } from '../hsm/token-session.ts';
import type { Tokens } from '../hsm/tokens.ts';
import type { WorkRequests } from '../work-requests/work-requests.ts';

/** For which token a PIN is wanted: by what a person may have named it in --pin-file. */
export interface PinPurpose {
  readonly regionId?: string;
  readonly regionKey?: string;
  readonly tokenLabel: string;
}

/** Where PINs come from; only the token's process ever sees one (rule R71). */
export type PinSources = (purpose: PinPurpose) => PinSource;

/** Whose passphrase is wanted; `isNew`: one that is set now, to be asked for twice. */
export interface PassphrasePurpose {
  readonly operatorName: string;
  readonly isNew: boolean;
}

/** Where operators' passphrases come from (rule R62): a file, a terminal, a window of its own. */
export type PassphraseSources = (purpose: PassphrasePurpose) => Promise<string>;

/** A call before it is known what it may do: the parts, and who calls. */
export interface CallerContext {
  readonly catalog: Catalog;
  readonly tokens: Tokens;
  readonly workRequests: WorkRequests;
  /** What is done and refused (rule R61); each call's begin and end are written by whoever calls the handler. */
  readonly audit: AuditLog;
  readonly pins: PinSources;
  readonly passphrases: PassphraseSources;
  /** A share that a custodian typed in (rule R5), in UTF-8 and the caller's to wipe; undefined: the name is a path. */
  readonly typedShare: (name: string) => Uint8Array | undefined;
  /** Who may do what; decided before the handler runs, but for what only the handler knows (requireAccess). */
  readonly access: Access;
  /** Who calls; undefined in a home that has no operator yet, and where an operation needs none. */
  readonly operator: Operator | undefined;
  readonly now: () => Date;
  /** The home's folder (--home). */
  readonly homeFolder: string;
  /** A private folder of the home, swept at start: what is sent to a URL or fetched from one lies there meanwhile. */
  readonly stagingFolder: string;
  readonly onProgress?: (progress: Progress) => void;
  /** OCID of the interrupted or failed work request that this call resumes (rule R60). */
  readonly resumes?: string;
  /** Logs in to the token of an attached region, once per program; does what was left to do there first. */
  openRegion(regionId: string): Promise<TokenSession>;
  /** Logs in to a token that no region is bound to yet. The caller closes the session. */
  openToken(reference: TokenReference, purpose: PinPurpose): Promise<TokenSession>;
  /** Forgets the session of a region whose binding changed; the next openRegion logs in anew. */
  forgetRegion(regionId: string): void;
}

/** What every operation works with. One per call. */
export interface OperationContext extends CallerContext {
  /**
   * The decision about what only the handler knows (`in-handler` in access-rules.ts), before anything is written.
   * @throws StrongroomError NotAuthorized that names the permission and the compartment (rule R62).
   */
  requireAccess(demands: readonly AccessDemand[]): void;
  /**
   * Dual control where only the handler knows the plan (rule R63), before anything is written.
   * @throws StrongroomError NotAllowed, reason `ApprovalNeeded`
   */
  requireApproval(act: {
    readonly planHash: string;
    readonly summary: string;
    readonly compartmentIds: readonly string[];
  }): void;
  /** Makes another call for the same caller, with every decision about it; `resumes`: what it goes on with. */
  callAgain<Name extends OperationName>(
    name: Name,
    request: RequestOf<Name>,
    resumes: string,
  ): Promise<ResponseOf<Name>>;
}

/** One operation's handler: everything about it but parsing, which the caller has done. */
export type OperationHandler<Name extends OperationName> = (
  context: OperationContext,
  request: RequestOf<Name>,
) => Promise<ResponseOf<Name>>;
