import { StrongroomError } from '../../shared/domain/errors.ts';
import type { OcidType } from '../../shared/domain/identifiers.ts';
import { foldName, operatorSchema } from '../../shared/domain/operator.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import { KNOWN_REGION_KEYS } from '../../shared/domain/region.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { OperatorRecord } from '../catalog/operator-store.ts';
import type { AccessDemand, AccessGate, AccessTarget } from './access-demand.ts';
import { makeAdministrators } from './administrators.ts';
import { notAuthorized } from './not-authorized.ts';
import {
  hashPassphrase,
  isPassphraseOf,
  RECOMMENDED_PARAMETERS,
  requireGoodPassphrase,
} from './passphrase.ts';
import type { Argon2Parameters } from './passphrase.ts';
import { judgeStatement } from './judge-statement.ts';
import type { Place, Question, Verdict } from './judge-statement.ts';
import { SignInLock } from './sign-in-lock.ts';
import { StatementCache } from './statement-cache.ts';

export interface AccessOptions {
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** Makes a fresh OCID. */
  readonly newId: (type: OcidType) => string;
  readonly argon2?: Argon2Parameters;
}

/** One statement of one policy. */
export interface StatementReference {
  readonly policyId: string;
  readonly policyName: string;
  /** Counted from 1, as people do. */
  readonly statementNumber: number;
  readonly statement: string;
}

/** A statement and whether it allows; `unreadable`: it is none that this version understands, and allows nothing. */
export interface JudgedStatement extends StatementReference {
  readonly verdict: Verdict | 'unreadable';
}

/** `because`: the first statement that allows; where none does there is none. */
export type Decision =
  | { readonly isAllowed: true; readonly because: StatementReference }
  | { readonly isAllowed: false; readonly because: undefined };

/** Who may do what (rule R62): the one place where that is decided, for the window and the command line alike. */
export class Access implements AccessGate {
  readonly #catalog: Catalog;
  readonly #now: () => Date;
  readonly #newId: (type: OcidType) => string;
  readonly #argon2: Argon2Parameters;
  readonly #lock: SignInLock;
  readonly #statements = new StatementCache();
  /** The end of the sign-in before: one at a time, for each takes 64 MiB. */
  #lastSignIn: Promise<unknown> = Promise.resolve();

  constructor(options: AccessOptions) {
    this.#catalog = options.catalog;
    this.#now = options.now;
    this.#newId = options.newId;
    this.#argon2 = options.argon2 ?? RECOMMENDED_PARAMETERS;
    this.#lock = new SignInLock(options.catalog, options.now);
  }

  hasOperators(): boolean {
    return !this.#catalog.operators.isEmpty();
  }

  operatorNamed(name: string): Operator | undefined {
    const record = this.#catalog.operators.getByName(name);
    return record === undefined ? undefined : operatorOf(record);
  }

  /**
   * Signs an operator in. A name that nobody has is refused like a wrong passphrase, after the same work.
   * @throws StrongroomError NotAuthenticated, reason `SignInFailed`; TooManyRequests, reason `SignInLocked`
   */
  signIn(name: string, passphrase: string): Promise<Operator> {
    const signedIn = this.#lastSignIn.then(() => this.#signIn(name, passphrase));
    this.#lastSignIn = signedIn.catch(() => undefined);
    return signedIn;
  }

  async #signIn(name: string, passphrase: string): Promise<Operator> {
    if (!operatorSchema.shape.name.safeParse(name).success) throw signInFailed();
    this.#lock.begin(name);
    const operator = this.#catalog.operators.getByName(name);
    if (operator === undefined) {
      await hashPassphrase(passphrase, this.#argon2);
      throw signInFailed();
    }
    if (!(await isPassphraseOf(operator.passphraseHash, passphrase))) throw signInFailed();
    this.#lock.succeeded(name);
    return operatorOf(operator);
  }

  /**
   * Makes the first operator, the administrators' group with it as the only member, and their policy.
   * @returns what writes them: to be called inside the transaction that makes the realm known to this home
   * @throws StrongroomError InvalidParameter, reason `PassphraseUnfit`
   */
  async prepareFirstOperator(name: string, passphrase: string): Promise<() => Operator> {
    const prepared = await this.prepareOperator(name, passphrase);
    return () => {
      if (this.hasOperators()) throw new Error('the first operator is not the first');
      const operator = prepared();
      const group = makeAdministrators(this.#catalog, {
        groupId: this.#newId('group'),
        policyId: this.#newId('policy'),
        time: operator.timeCreated,
      });
      this.#catalog.groups.addMember(group.id, operator.id);
      return operator;
    };
  }

  /** As prepareFirstOperator, for every further operator, who is in no group yet. */
  async prepareOperator(name: string, passphrase: string): Promise<() => Operator> {
    const passphraseHash = await this.#newHash(name, passphrase);
    return () => {
      const time = this.#now().toISOString();
      const record: OperatorRecord = {
        id: this.#newId('operator'),
        name,
        nameKey: foldName(name),
        passphraseHash,
        timeCreated: time,
        timePassphraseSet: time,
      };
      this.#catalog.operators.insert(record);
      this.#catalog.signIns.delete(record.nameKey);
      return operatorOf(record);
    };
  }

  /** @returns what writes the new passphrase, and ends a lock that failures with the old one brought */
  async preparePassphrase(operator: Operator, passphrase: string): Promise<() => Operator> {
    const passphraseHash = await this.#newHash(operator.name, passphrase);
    return () => {
      const timePassphraseSet = this.#now().toISOString();
      this.#catalog.operators.update(operator.id, { passphraseHash, timePassphraseSet });
      this.#catalog.signIns.delete(foldName(operator.name));
      return { ...operator, timePassphraseSet };
    };
  }

  #newHash(name: string, passphrase: string): Promise<string> {
    requireGoodPassphrase(passphrase, name);
    return hashPassphrase(passphrase, this.#argon2);
  }

  /** Whether policies allow an operator what a call demands. */
  decide(operator: Operator, demand: AccessDemand, operation?: string): Decision {
    return this.#firstThatAllows(this.#question(operator, demand.permission, demand.target, operation));
  }

  /** Holds every statement of every policy against a demand: what allows, and why the others do not. */
  explain(operator: Operator, demand: AccessDemand, operation?: string): JudgedStatement[] {
    return [...this.#judge(this.#question(operator, demand.permission, demand.target, operation))];
  }

  require(operator: Operator | undefined, demands: readonly AccessDemand[], operation?: string): void {
    const known = this.#requireKnown(operator);
    for (const demand of demands) {
      if (this.decide(known, demand, operation).isAllowed) continue;
      throw notAuthorized(this.#catalog, known, demand.permission, this.#lineOf(demand.target.compartmentId));
    }
  }

  requireAnywhere(operator: Operator | undefined, permission: Permission, operation?: string): void {
    const known = this.#requireKnown(operator);
    if (this.#firstThatAllows(this.#question(known, permission, 'anywhere', operation)).isAllowed) return;
    throw notAuthorized(this.#catalog, known, permission, []);
  }

  /** Who was deleted meanwhile is nobody, whatever `any-user` is allowed. */
  #requireKnown(operator: Operator | undefined): Operator {
    if (operator !== undefined && this.#catalog.operators.get(operator.id) !== undefined) return operator;
    throw new StrongroomError(
      'NotAuthenticated',
      operator === undefined ? 'Nobody is signed in.' : `The operator ${operator.name} is no more.`,
      'Sign in (--operator NAME).',
      { reason: 'SignInNeeded' },
    );
  }

  #firstThatAllows(question: Question): Decision {
    for (const { verdict, ...because } of this.#judge(question)) {
      if (verdict === 'allows') return { isAllowed: true, because };
    }
    return { isAllowed: false, because: undefined };
  }

  *#judge(question: Question): Generator<JudgedStatement, void, void> {
    for (const policy of this.#catalog.policies.iterate()) {
      for (const [index, text] of policy.statements.entries()) {
        const statement = this.#statements.parse(text);
        yield {
          policyId: policy.id,
          policyName: policy.name,
          statementNumber: index + 1,
          statement: text,
          verdict:
            statement === undefined
              ? 'unreadable'
              : judgeStatement(statement, policy.compartmentId, question),
        };
      }
    }
  }

  #question(
    operator: Operator,
    permission: Permission,
    target: AccessTarget | 'anywhere',
    operation: string | undefined,
  ): Question {
    const groups = this.#catalog.groups.groupsOf(operator.id);
    const line = target === 'anywhere' ? target : this.#lineOf(target.compartmentId);
    const one = (value: string | undefined): readonly string[] | undefined =>
      value === undefined ? undefined : [value];
    const of: Partial<AccessTarget> = target === 'anywhere' ? {} : target;
    return {
      groups,
      permission,
      line,
      tenancyId: this.#catalog.realm.require().tenancyId,
      variables: {
        'request.user.id': [operator.id],
        'request.user.name': [operator.name],
        'request.groups.id': groups.map((group) => group.id),
        'request.permission': [permission],
        'request.operation': one(operation),
        'request.region': this.#namesOfRegion(of.region),
        'request.utc-timestamp': [this.#now().toISOString()],
        'target.compartment.id': one(of.compartmentId),
        'target.compartment.name': line === 'anywhere' ? undefined : one(line[0]?.name),
        'target.vault.id': one(of.vaultId),
        'target.key.id': one(of.keyId),
        'target.bucket.name': one(of.bucketName),
        'target.object.name': one(of.objectName),
        'target.workrequest.type': one(of.workRequestType),
      },
    };
  }

  /** A region goes by its identifier and by its short key. */
  #namesOfRegion(regionId: string | undefined): readonly string[] | undefined {
    if (regionId === undefined) return undefined;
    const key = this.#catalog.regions.get(regionId)?.regionKey ?? KNOWN_REGION_KEYS[regionId];
    return key === undefined ? [regionId] : [regionId, key];
  }

  /** A compartment that this home does not know, as in a backup from elsewhere, is held to be the tenancy's child. */
  #lineOf(compartmentId: string): readonly Place[] {
    const { compartments, realm } = this.#catalog;
    if (compartments.get(compartmentId) !== undefined) return compartments.lineOf(compartmentId);
    return [{ id: compartmentId }, compartments.require(realm.require().tenancyId)];
  }
}

/** What everybody may know of an operator: the record without what only signing in needs. */
export function operatorOf({ id, name, timeCreated, timePassphraseSet }: OperatorRecord): Operator {
  return { id, name, timeCreated, timePassphraseSet };
}

function signInFailed(): StrongroomError {
  return new StrongroomError(
    'NotAuthenticated',
    'The operator name or the passphrase is wrong.',
    'Try again; after 5 failures in a row signing in is locked, for 30 seconds at first and longer each time.',
    { reason: 'SignInFailed' },
  );
}
