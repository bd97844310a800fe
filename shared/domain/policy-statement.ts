import { didYouMean } from './did-you-mean.ts';
import { parseOcid } from './identifiers.ts';
import type { OcidType } from './identifiers.ts';
import { PERMISSIONS, POLICY_VERBS, RESOURCE_FAMILIES, RESOURCE_TYPES } from './permission.ts';
import type { Permission, PolicyVerb, ResourceType } from './permission.ts';
import { isPlainWord, PolicySyntaxError, PolicyTokens } from './policy-tokens.ts';
import type { PolicyToken } from './policy-tokens.ts';

/**
 * The reference's policy language (docs/policies.md has the grammar): statements as text and as what they mean. Runs in
 * the window too. Meaning is decided in main/access alone.
 */
export interface PolicyStatement {
  readonly subject: PolicySubject;
  readonly grant: PolicyGrant;
  readonly location: PolicyLocation;
  readonly condition?: PolicyCondition;
}

export type PolicySubject =
  | { readonly kind: 'any-user' }
  | { readonly kind: 'any-group' }
  | { readonly kind: 'group-names'; readonly names: readonly string[] }
  | { readonly kind: 'group-ids'; readonly ids: readonly string[] };

export type PolicyGrant =
  | { readonly kind: 'verb'; readonly verb: PolicyVerb; readonly resource: string }
  | { readonly kind: 'permissions'; readonly permissions: readonly Permission[] };

export type PolicyLocation =
  | { readonly kind: 'tenancy' }
  /** `A:B`: names from a compartment of the place that the policy is attached to, downwards. */
  | { readonly kind: 'compartment-path'; readonly path: readonly string[] }
  | { readonly kind: 'compartment-id'; readonly id: string };

export type PolicyCondition =
  | { readonly kind: 'any' | 'all'; readonly conditions: readonly PolicyCondition[] }
  | {
      readonly kind: 'comparison';
      readonly variable: PolicyVariable;
      readonly operator: '=' | '!=';
      readonly value: PolicyValue;
    };

/** A string, or a pattern: its text stands at the beginning, at the end, or anywhere. */
export interface PolicyValue {
  readonly kind: 'text' | 'beginning' | 'ending' | 'part';
  readonly text: string;
}

/** What conditions can speak of. */
export const POLICY_VARIABLES = [
  'request.user.id',
  'request.user.name',
  'request.groups.id',
  'request.permission',
  'request.operation',
  'request.region',
  'request.utc-timestamp',
  'target.compartment.id',
  'target.compartment.name',
  'target.vault.id',
  'target.key.id',
  'target.bucket.name',
  'target.object.name',
  'target.workrequest.type',
] as const;
export type PolicyVariable = (typeof POLICY_VARIABLES)[number];

/** How deep `any {...}` and `all {...}` may stand in each other. */
export const DEEPEST_CONDITION = 8;

const RESOURCES: readonly string[] = [...RESOURCE_TYPES, ...Object.keys(RESOURCE_FAMILIES)];
/** Names that are keywords where a name could stand: written in quotes. */
const RESERVED = new Set(['id', 'to', 'in', 'where']);

/** The resource types that a statement's resource word stands for: itself, or those of the family. */
export function resourceTypesOf(resource: string): readonly ResourceType[] {
  if (Object.hasOwn(RESOURCE_FAMILIES, resource)) return RESOURCE_FAMILIES[resource] ?? [];
  return RESOURCE_TYPES.filter((type) => type === resource);
}

/**
 * Parses a statement; keywords, verbs, resource types, permissions and variables in any case.
 * @throws PolicySyntaxError that names the exact place of the first flaw
 */
export function parsePolicyStatement(text: string): PolicyStatement {
  const tokens = new PolicyTokens(text);
  takeKeyword(tokens, 'allow', ['Allow']);
  const subject = parseSubject(tokens);
  takeKeyword(tokens, 'to', subject.kind.startsWith('group-') ? [',', 'to'] : ['to']);
  const grant = parseGrant(tokens);
  takeKeyword(tokens, 'in', ['in']);
  const location = parseLocation(tokens);
  const statement = { subject, grant, location };
  if (tokens.peek().kind === 'end') return statement;
  takeKeyword(tokens, 'where', ['where', 'the end']);
  const condition = parseCondition(tokens, 0);
  if (tokens.peek().kind !== 'end') {
    throw unexpected(tokens.peek(), ['the end (several conditions stand in any {...} or all {...})']);
  }
  return { ...statement, condition };
}

/** The statement as text, in its canonical form: parsed again it is the same. */
export function printPolicyStatement({ subject, grant, location, condition }: PolicyStatement): string {
  const where = condition === undefined ? '' : ` where ${printCondition(condition)}`;
  return `Allow ${printSubject(subject)} to ${printGrant(grant)} in ${printLocation(location)}${where}`;
}

function parseSubject(tokens: PolicyTokens): PolicySubject {
  const word = tokens.peek();
  switch (keywordOf(word)) {
    case 'any-user':
      tokens.take();
      return { kind: 'any-user' };
    case 'any-group':
      tokens.take();
      return { kind: 'any-group' };
    case 'group':
      tokens.take();
      return parseGroups(tokens);
    default:
      throw unexpected(word, ['group', 'any-user', 'any-group']);
  }
}

function parseGroups(tokens: PolicyTokens): PolicySubject {
  if (keywordOf(tokens.peek()) !== 'id') {
    return { kind: 'group-names', names: parseList(tokens, () => takeName(tokens, "a group's name")) };
  }
  const ids = parseList(tokens, () => {
    // `group id A, id B`, and also `group id A, group id B`.
    if (keywordOf(tokens.peek()) === 'group') tokens.take();
    takeKeyword(tokens, 'id', ['id (a list has names only, or OCIDs only)']);
    return takeOcid(tokens, ['group']);
  });
  return { kind: 'group-ids', ids };
}

function parseGrant(tokens: PolicyTokens): PolicyGrant {
  if (isSymbol(tokens.peek(), '{')) {
    tokens.take();
    const permissions = parseList(tokens, () => takeOneOf(tokens, 'permission', PERMISSIONS));
    takeSymbol(tokens, '}', [',', '}']);
    return { kind: 'permissions', permissions };
  }
  const next = tokens.peek();
  if (next.kind === 'word' && PERMISSIONS.some((known) => known === next.text.toUpperCase())) {
    throw new PolicySyntaxError(`Permissions stand in braces: {${next.text.toUpperCase()}}.`, next.position, [
      '{',
    ]);
  }
  const verb = takeOneOf(tokens, 'verb', POLICY_VERBS);
  return { kind: 'verb', verb, resource: takeOneOf(tokens, 'resource type', RESOURCES) };
}

function parseLocation(tokens: PolicyTokens): PolicyLocation {
  const word = tokens.peek();
  const keyword = keywordOf(word);
  if (keyword !== 'tenancy' && keyword !== 'compartment') throw unexpected(word, ['tenancy', 'compartment']);
  tokens.take();
  if (keyword === 'tenancy') return { kind: 'tenancy' };
  if (keywordOf(tokens.peek()) === 'id') {
    tokens.take();
    return { kind: 'compartment-id', id: takeOcid(tokens, ['compartment', 'tenancy']) };
  }
  return {
    kind: 'compartment-path',
    path: parseList(tokens, () => takeName(tokens, "a compartment's name"), ':'),
  };
}

/** @param depth of `any` and `all` around it */
function parseCondition(tokens: PolicyTokens, depth: number): PolicyCondition {
  const word = tokens.peek();
  const kind = keywordOf(word);
  if (kind !== 'any' && kind !== 'all') return parseComparison(tokens);
  if (depth === DEEPEST_CONDITION) {
    throw new PolicySyntaxError(
      `Conditions stand in each other ${DEEPEST_CONDITION} deep at the most.`,
      word.position,
    );
  }
  tokens.take();
  takeSymbol(tokens, '{', ['{']);
  const conditions = parseList(tokens, () => parseCondition(tokens, depth + 1));
  takeSymbol(tokens, '}', [',', '}']);
  return { kind, conditions };
}

function parseComparison(tokens: PolicyTokens): PolicyCondition {
  const variable = takeOneOf(tokens, 'variable', POLICY_VARIABLES, ['any {', 'all {']);
  const sign = tokens.peek();
  if (!isSymbol(sign, '=') && !isSymbol(sign, '!=')) throw unexpected(sign, ['=', '!=']);
  tokens.take();
  return { kind: 'comparison', variable, operator: sign.text === '=' ? '=' : '!=', value: takeValue(tokens) };
}

function takeValue(tokens: PolicyTokens): PolicyValue {
  const value = tokens.peek();
  if (value.kind !== 'string' && value.kind !== 'pattern') {
    throw unexpected(value, ["a string in 'single quotes'", 'a pattern between slashes, such as /HR*/']);
  }
  tokens.take();
  if (value.kind === 'string') return { kind: 'text', text: value.text };
  const isBefore = value.text.startsWith('*');
  const isAfter = value.text.length > 1 && value.text.endsWith('*');
  const text = value.text.slice(isBefore ? 1 : 0, isAfter ? -1 : undefined);
  const starInside = text.indexOf('*');
  if (starInside !== -1) {
    const position = value.position + 1 + (isBefore ? 1 : 0) + starInside;
    throw new PolicySyntaxError('A pattern has * at its beginning, its end or both.', position);
  }
  if (text === '' || (!isBefore && !isAfter)) {
    throw new PolicySyntaxError(
      'A pattern has text and * beside it: /HR*/, /*HR/ or /*HR*/.',
      value.position,
      ['/text*/', '/*text/', '/*text*/'],
    );
  }
  return { kind: isBefore && isAfter ? 'part' : isAfter ? 'beginning' : 'ending', text };
}

function parseList<Part>(tokens: PolicyTokens, parsePart: () => Part, separator = ','): Part[] {
  const parts = [parsePart()];
  while (isSymbol(tokens.peek(), separator)) {
    tokens.take();
    parts.push(parsePart());
  }
  return parts;
}

function takeName(tokens: PolicyTokens, what: string): string {
  const token = tokens.peek();
  const isName = token.kind === 'word' ? !RESERVED.has(token.text.toLowerCase()) : token.kind === 'string';
  if (!isName || token.text === '') throw unexpected(token, [what]);
  return tokens.take().text;
}

function takeOcid(tokens: PolicyTokens, types: readonly OcidType[]): string {
  const token = tokens.peek();
  const what = `the OCID of a ${types.join(' or of the ')}`;
  if (token.kind !== 'word') throw unexpected(token, [what]);
  // OCIDs are lower case: what was typed in capitals is the same one.
  const ocid = token.text.toLowerCase();
  const type = parseOcid(ocid)?.type;
  if (type === undefined || !types.includes(type)) {
    throw new PolicySyntaxError(`${token.text} is not ${what}.`, token.position, [what]);
  }
  tokens.take();
  return ocid;
}

/** A word that must be one of those known; case does not count. */
function takeOneOf<Known extends string>(
  tokens: PolicyTokens,
  what: string,
  known: readonly Known[],
  alsoExpected: readonly string[] = [],
): Known {
  const token = tokens.peek();
  if (token.kind !== 'word') throw unexpected(token, [`a ${what}`, ...alsoExpected]);
  const written = token.text.toLowerCase();
  const found = known.find((candidate) => candidate.toLowerCase() === written);
  if (found !== undefined) {
    tokens.take();
    return found;
  }
  const meant = didYouMean(token.text, known);
  throw new PolicySyntaxError(
    `There is no ${what} ${token.text}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
    token.position,
    meant === undefined ? [`a ${what}`, ...alsoExpected] : [meant],
  );
}

function takeKeyword(tokens: PolicyTokens, keyword: string, expected: readonly string[]): void {
  if (keywordOf(tokens.peek()) !== keyword) throw unexpected(tokens.peek(), expected);
  tokens.take();
}

function takeSymbol(tokens: PolicyTokens, symbol: string, expected: readonly string[]): void {
  if (!isSymbol(tokens.peek(), symbol)) throw unexpected(tokens.peek(), expected);
  tokens.take();
}

function isSymbol(token: PolicyToken, symbol: string): boolean {
  return token.kind === 'symbol' && token.text === symbol;
}

/** Keywords are never quoted. */
function keywordOf(token: PolicyToken): string | undefined {
  return token.kind === 'word' ? token.text.toLowerCase() : undefined;
}

function unexpected(token: PolicyToken, expected: readonly string[]): PolicySyntaxError {
  const found = token.kind === 'end' ? 'the statement ends' : `there is ${printToken(token)}`;
  return new PolicySyntaxError(`Expected ${expected.join(' or ')}, but ${found}.`, token.position, expected);
}

function printToken({ kind, text }: PolicyToken): string {
  return kind === 'string' ? quoted(text) : kind === 'pattern' ? `/${text}/` : text;
}

function printSubject(subject: PolicySubject): string {
  switch (subject.kind) {
    case 'group-names':
      return `group ${subject.names.map(printName).join(', ')}`;
    case 'group-ids':
      return `group ${subject.ids.map((id) => `id ${id}`).join(', ')}`;
    case 'any-user':
    case 'any-group':
      return subject.kind;
  }
}

function printGrant(grant: PolicyGrant): string {
  return grant.kind === 'verb' ? `${grant.verb} ${grant.resource}` : `{${grant.permissions.join(', ')}}`;
}

function printLocation(location: PolicyLocation): string {
  switch (location.kind) {
    case 'tenancy':
      return 'tenancy';
    case 'compartment-path':
      return `compartment ${location.path.map(printName).join(':')}`;
    case 'compartment-id':
      return `compartment id ${location.id}`;
  }
}

function printCondition(condition: PolicyCondition): string {
  if (condition.kind === 'comparison') {
    return `${condition.variable} ${condition.operator} ${printValue(condition.value)}`;
  }
  return `${condition.kind} {${condition.conditions.map(printCondition).join(', ')}}`;
}

function printValue({ kind, text }: PolicyValue): string {
  if (kind === 'text') return quoted(text);
  return `/${kind === 'beginning' ? '' : '*'}${text}${kind === 'ending' ? '' : '*'}/`;
}

function printName(name: string): string {
  return isPlainWord(name) && !RESERVED.has(name.toLowerCase()) ? name : quoted(name);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
