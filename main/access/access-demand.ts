import type { Operator } from '../../shared/domain/operator.ts';
import type { Permission } from '../../shared/domain/permission.ts';

/** What a call is about: what a policy statement's location and conditions are held against (docs/policies.md). */
export interface AccessTarget {
  /** Where the permission must be held; statements about its parents hold here too. */
  readonly compartmentId: string;
  readonly vaultId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly bucketName?: string | undefined;
  readonly objectName?: string | undefined;
  readonly workRequestType?: string | undefined;
  readonly region?: string | undefined;
}

/** One permission that a call needs, and on what. */
export interface AccessDemand {
  readonly permission: Permission;
  readonly target: AccessTarget;
}

/**
 * What a call needs before it begins: all of these; the operation's own permission in any compartment (`anywhere`), for
 * what belongs to none; or that first, and all of what its handler demands once it knows what the call is about
 * (`in-handler`): a restore learns its compartment from the opened backup.
 */
export type AccessRule = readonly AccessDemand[] | 'anywhere' | 'in-handler';

/** What decides; the policies behind it are nobody else's business. `operation` is for `request.operation` in policies. */
export interface AccessGate {
  /** Whether this home has operators: before, only the operations that make the first one are open. */
  hasOperators(): boolean;
  /** @throws StrongroomError NotAuthorized that names the permission and the compartment, unless all are allowed. */
  require(operator: Operator | undefined, demands: readonly AccessDemand[], operation?: string): void;
  /** @throws StrongroomError NotAuthorized unless some statement gives the permission in some compartment. */
  requireAnywhere(operator: Operator | undefined, permission: Permission, operation?: string): void;
}
