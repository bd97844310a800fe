import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  POLICY_VERBS,
  RESOURCE_FAMILIES,
  RESOURCE_TYPES,
} from '../../../shared/domain/permission.ts';
import {
  DEEPEST_CONDITION,
  parsePolicyStatement,
  POLICY_VARIABLES,
  printPolicyStatement,
} from '../../../shared/domain/policy-statement.ts';
import type { PolicyCondition, PolicyStatement } from '../../../shared/domain/policy-statement.ts';
import { LONGEST_STATEMENT, PolicySyntaxError } from '../../../shared/domain/policy-tokens.ts';
import { sampleOcid } from '../../support/request-samples.ts';

const GROUP = sampleOcid('group');
const COMPARTMENT = sampleOcid('compartment');

function flawOf(text: string): PolicySyntaxError {
  try {
    parsePolicyStatement(text);
  } catch (thrown) {
    if (thrown instanceof PolicySyntaxError) return thrown;
    throw thrown;
  }
  throw new Error(`it was understood: ${text}`);
}

describe('statements', () => {
  it('rule R62: the backup operator of the reference', () => {
    const text = `Allow group BackupOperators to manage vaults in compartment Payments where any {request.permission='VAULT_INSPECT',
      request.permission='VAULT_READ', request.permission='VAULT_BACKUP'}`;
    const comparison = (permission: string): PolicyCondition => ({
      kind: 'comparison',
      variable: 'request.permission',
      operator: '=',
      value: { kind: 'text', text: permission },
    });
    expect(parsePolicyStatement(text)).toEqual({
      subject: { kind: 'group-names', names: ['BackupOperators'] },
      grant: { kind: 'verb', verb: 'manage', resource: 'vaults' },
      location: { kind: 'compartment-path', path: ['Payments'] },
      condition: {
        kind: 'any',
        conditions: [comparison('VAULT_INSPECT'), comparison('VAULT_READ'), comparison('VAULT_BACKUP')],
      },
    } satisfies PolicyStatement);
  });

  // What was written, and the canonical form of what it means.
  it.each([
    ['Allow any-user to inspect vaults in tenancy', 'Allow any-user to inspect vaults in tenancy'],
    ['ALLOW ANY-GROUP TO READ KEY-FAMILY IN TENANCY', 'Allow any-group to read key-family in tenancy'],
    ['allow group A,B ,c to use keys in tenancy', 'Allow group A, B, c to use keys in tenancy'],
    [
      `Allow group id ${GROUP}, id ${GROUP} to manage all-resources in tenancy`,
      `Allow group id ${GROUP}, id ${GROUP} to manage all-resources in tenancy`,
    ],
    [
      `Allow group id ${GROUP.toUpperCase()}, GROUP ID ${GROUP} to read keys in tenancy`,
      `Allow group id ${GROUP}, id ${GROUP} to read keys in tenancy`,
    ],
    [
      'Allow group A to {KEY_READ,key_backup} in compartment A:B:C',
      'Allow group A to {KEY_READ, KEY_BACKUP} in compartment A:B:C',
    ],
    [
      `Allow group A to read keys in compartment id ${COMPARTMENT}`,
      `Allow group A to read keys in compartment id ${COMPARTMENT}`,
    ],
    [
      "Allow group 'A' to read keys in compartment 'Card data':'O''Neill':'id'",
      "Allow group A to read keys in compartment 'Card data':'O''Neill':'id'",
    ],
    [
      "Allow group A to read keys in tenancy where Request.Region!='FRA'",
      "Allow group A to read keys in tenancy where request.region != 'FRA'",
    ],
    [
      'Allow group A to read keys in tenancy where all{any{target.key.id=/x*/},target.bucket.name=/*y/,request.user.name!=/*z z*/}',
      'Allow group A to read keys in tenancy where all {any {target.key.id = /x*/}, target.bucket.name = /*y/, request.user.name != /*z z*/}',
    ],
    ['\n Allow\tany-user\r\nto inspect vaults in tenancy  ', 'Allow any-user to inspect vaults in tenancy'],
    [
      'Allow group Größe, Bürgeramt, Έλληνες to read keys in compartment tenancy',
      'Allow group Größe, Bürgeramt, Έλληνες to read keys in compartment tenancy',
    ],
  ])('%s', (written, canonical) => {
    expect(printPolicyStatement(parsePolicyStatement(written))).toBe(canonical);
  });

  it('know every verb, resource type, family, permission and variable', () => {
    for (const verb of POLICY_VERBS) {
      for (const resource of [...RESOURCE_TYPES, ...Object.keys(RESOURCE_FAMILIES)]) {
        expect(parsePolicyStatement(`Allow any-user to ${verb} ${resource} in tenancy`).grant).toEqual({
          kind: 'verb',
          verb,
          resource,
        });
      }
    }
    const { grant } = parsePolicyStatement(`Allow any-user to {${PERMISSIONS.join(', ')}} in tenancy`);
    expect(grant).toEqual({ kind: 'permissions', permissions: PERMISSIONS });
    for (const variable of POLICY_VARIABLES) {
      const text = `Allow any-user to read keys in tenancy where ${variable} = 'x'`;
      expect(parsePolicyStatement(text).condition).toMatchObject({ variable });
    }
  });
});

describe('flaws', () => {
  // A caret under the place, as a person would point at it.
  it.each([
    ['', '^', 'Expected Allow, but the statement ends.'],
    ['Deny any-user to read keys in tenancy', '^', 'Expected Allow, but there is Deny.'],
    ['Allow users to read keys in tenancy', '      ^', 'Expected group or any-user or any-group'],
    ['Allow group to read keys in tenancy', '            ^', "Expected a group's name"],
    ['Allow group A, to read keys in tenancy', '               ^', "Expected a group's name"],
    ['Allow group A B to read keys in tenancy', '              ^', 'Expected , or to, but there is B.'],
    ["Allow group '' to read keys in tenancy", '            ^', "Expected a group's name"],
    [`Allow group id A to read keys in tenancy`, '               ^', 'A is not the OCID of a group.'],
    [
      `Allow group id ${COMPARTMENT} to read keys in tenancy`,
      '               ^',
      'is not the OCID of a group',
    ],
    ['Allow group A, id B to read keys in tenancy', '               ^', "Expected a group's name"],
    [
      `Allow group id ${GROUP}, B to read keys in tenancy`,
      `${' '.repeat(17 + GROUP.length)}^`,
      'Expected id',
    ],
    ['Allow any-user, any-group to read keys in tenancy', '              ^', 'Expected to, but there is ,.'],
    [
      'Allow any-user to mange keys in tenancy',
      '                  ^',
      'There is no verb mange; did you mean manage?',
    ],
    [
      'Allow any-user to manage vualts in tenancy',
      '                         ^',
      'There is no resource type vualts; did you mean vaults?',
    ],
    [
      'Allow any-user to manage Key-Familly in tenancy',
      '                         ^',
      'did you mean key-family?',
    ],
    ['Allow any-user to manage in tenancy', '                         ^', 'There is no resource type in.'],
    [
      'Allow any-user to KEY_READ in tenancy',
      '                  ^',
      'Permissions stand in braces: {KEY_READ}.',
    ],
    [
      'Allow any-user to {KEY_READ, KEY_BAKCUP} in tenancy',
      '                             ^',
      'There is no permission KEY_BAKCUP; did you mean KEY_BACKUP?',
    ],
    ['Allow any-user to {} in tenancy', '                   ^', 'Expected a permission, but there is }.'],
    [
      'Allow any-user to {KEY_READ in tenancy',
      '                            ^',
      'Expected , or }, but there is in.',
    ],
    ['Allow any-user to read keys', '                           ^', 'Expected in, but the statement ends.'],
    ['Allow any-user to read keys in', '                              ^', 'Expected tenancy or compartment'],
    [
      'Allow any-user to read keys in Payments',
      '                               ^',
      'Expected tenancy or compartment, but there is Payments.',
    ],
    [
      'Allow any-user to read keys in compartment',
      '                                          ^',
      "Expected a compartment's name",
    ],
    [
      'Allow any-user to read keys in compartment where',
      '                                           ^',
      "Expected a compartment's name",
    ],
    [
      'Allow any-user to read keys in compartment A:',
      '                                             ^',
      "Expected a compartment's name",
    ],
    [
      'Allow any-user to read keys in compartment id x',
      '                                              ^',
      'x is not the OCID of a compartment or of the tenancy.',
    ],
    [
      'Allow any-user to read keys in tenancy when',
      '                                       ^',
      'Expected where or the end, but there is when.',
    ],
    [
      'Allow any-user to read keys in tenancy where',
      '                                            ^',
      'Expected a variable or any { or all {',
    ],
    [
      "Allow any-user to read keys in tenancy where request.user.nmae='x'",
      '                                             ^',
      'There is no variable request.user.nmae; did you mean request.user.name?',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region',
      '                                                           ^',
      'Expected = or !=',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = FRA',
      '                                                              ^',
      "Expected a string in 'single quotes'",
    ],
    [
      "Allow any-user to read keys in tenancy where request.region = 'FRA",
      '                                                              ^',
      'The string that begins here has no end.',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = /FRA*',
      '                                                              ^',
      'The pattern that begins here has no end.',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = /FRA/',
      '                                                              ^',
      'A pattern has text and * beside it',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = /*/',
      '                                                              ^',
      'A pattern has text and * beside it',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = /**/',
      '                                                              ^',
      'A pattern has text and * beside it',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = /*F*A*/',
      '                                                                 ^',
      'A pattern has * at its beginning, its end or both.',
    ],
    [
      'Allow any-user to read keys in tenancy where request.region = "FRA"',
      '                                                              ^',
      "Strings stand in 'single quotes'.",
    ],
    [
      "Allow any-user to read keys in tenancy where any {request.region = 'a'",
      '                                                                      ^',
      'Expected , or }, but the statement ends.',
    ],
    [
      'Allow any-user to read keys in tenancy where any {}',
      '                                                  ^',
      'Expected a variable',
    ],
    [
      "Allow any-user to read keys in tenancy where any request.region = 'a'",
      '                                                 ^',
      'Expected {',
    ],
    [
      "Allow any-user to read keys in tenancy where request.region = 'a', request.region = 'b'",
      '                                                                 ^',
      'several conditions stand in any {...} or all {...}',
    ],
    [
      'Allow any-user to read keys; in tenancy',
      '                           ^',
      'The character ; has no meaning here.',
    ],
    [
      'Allow any-user to read keys 🔑 in tenancy',
      '                            ^',
      'The character 🔑 has no meaning here.',
    ],
    [
      'Allow any-user to read keys \u202e in tenancy',
      '                            ^',
      'A control or invisible character',
    ],
    ["Allow group 'A\u200bB' to read keys in tenancy", '              ^', 'A control or invisible character'],
  ])('%s', (text, caret, message) => {
    const flaw = flawOf(text);
    expect(flaw.message).toContain(message);
    expect(flaw.position).toBe(caret.length - 1);
  });

  it('say what could stand there instead', () => {
    expect(flawOf('Allow any-user to manage vualts in tenancy').expected).toEqual(['vaults']);
    expect(flawOf('Allow any-user to read keys in tenancy where').expected).toEqual([
      'a variable',
      'any {',
      'all {',
    ]);
  });

  it('rule R74: conditions stand in each other 8 deep at the most', () => {
    const nested = (depth: number): string =>
      `Allow any-user to read keys in tenancy where ${'any {'.repeat(depth)}request.region = 'x'${'}'.repeat(depth)}`;
    expect(parsePolicyStatement(nested(DEEPEST_CONDITION)).condition).toBeDefined();
    const flaw = flawOf(nested(DEEPEST_CONDITION + 1));
    expect(flaw.message).toContain('8 deep');
    expect(flaw.position).toBe(nested(0).indexOf('request') + 'any {'.length * DEEPEST_CONDITION);
    expect(flawOf(nested(500)).position).toBe(flaw.position);
  });

  it('rule R74: a statement is 4096 characters long at the most, and those take no time', () => {
    const start = "Allow any-user to read keys in tenancy where request.region = '";
    const fits = `${start}${'x'.repeat(LONGEST_STATEMENT - start.length - 1)}'`;
    expect(parsePolicyStatement(fits)).toBeDefined();
    expect(flawOf(`${fits} `)).toMatchObject({ position: LONGEST_STATEMENT });
    const begun = performance.now();
    for (const part of ["'", "''", '/', '{', ',', 'a ', ' ', 'any {', '\u0000', 'é', "'a"]) {
      for (const before of ['', start.slice(0, -1), 'Allow group ']) {
        const long = (before + part.repeat(LONGEST_STATEMENT)).slice(0, LONGEST_STATEMENT - 1);
        expect(() => parsePolicyStatement(`${long};`)).toThrow(PolicySyntaxError);
      }
    }
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('properties', () => {
  const character = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((one) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(one));
  const text = fc.oneof(
    fc.string({ unit: character, maxLength: 20 }),
    fc.constantFrom("'", "''", 'id', 'where'),
  );
  const name = text.filter((one) => one !== '');
  const list = <Value>(of: fc.Arbitrary<Value>) => fc.array(of, { minLength: 1, maxLength: 3 });
  const value = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text }),
    fc.record({
      kind: fc.constantFrom('beginning' as const, 'ending' as const, 'part' as const),
      text: name.filter((one) => !/[*/]/.test(one)),
    }),
  );
  const comparison = fc.record({
    kind: fc.constant('comparison' as const),
    variable: fc.constantFrom(...POLICY_VARIABLES),
    operator: fc.constantFrom('=' as const, '!=' as const),
    value,
  });
  const condition = (depth: number): fc.Arbitrary<PolicyCondition> =>
    depth === 0
      ? comparison
      : fc.oneof(
          comparison,
          fc.record({
            kind: fc.constantFrom('any' as const, 'all' as const),
            conditions: list(condition(depth - 1)),
          }),
        );
  const head = {
    subject: fc.oneof(
      fc.constantFrom({ kind: 'any-user' as const }, { kind: 'any-group' as const }),
      fc.record({ kind: fc.constant('group-names' as const), names: list(name) }),
      fc.record({ kind: fc.constant('group-ids' as const), ids: list(fc.constant(GROUP)) }),
    ),
    grant: fc.oneof(
      fc.record({
        kind: fc.constant('verb' as const),
        verb: fc.constantFrom(...POLICY_VERBS),
        resource: fc.constantFrom(...RESOURCE_TYPES, ...Object.keys(RESOURCE_FAMILIES)),
      }),
      fc.record({
        kind: fc.constant('permissions' as const),
        permissions: list(fc.constantFrom(...PERMISSIONS)),
      }),
    ),
    location: fc.oneof(
      fc.constant({ kind: 'tenancy' as const }),
      fc.record({ kind: fc.constant('compartment-path' as const), path: list(name) }),
      fc.constant({ kind: 'compartment-id' as const, id: COMPARTMENT }),
    ),
  };
  const statement: fc.Arbitrary<PolicyStatement> = fc.oneof(
    fc.record(head),
    fc.record({ ...head, condition: condition(3) }),
  );

  it('what is printed is parsed as what it was', () => {
    fc.assert(
      fc.property(statement, (one) => {
        const printed = printPolicyStatement(one);
        fc.pre(printed.length <= LONGEST_STATEMENT);
        expect(parsePolicyStatement(printed)).toEqual(one);
      }),
    );
  });

  it('rule R74: whatever is written, nothing but a syntax error within it is thrown', () => {
    const words = fc.constantFrom(
      ...[
        'Allow',
        'group',
        'id',
        'to',
        'manage',
        'keys',
        'in',
        'tenancy',
        'compartment',
        'where',
        'any',
        '{',
        '}',
      ],
      ...[',', '=', '!=', ':', "'x'", '/x*/', 'request.region', 'KEY_READ', GROUP, ' '],
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((some) => some.join(' ')),
      fc.tuple(statement, fc.nat(), fc.string()).map(([one, at, inserted]) => {
        const printed = printPolicyStatement(one);
        const place = at % (printed.length + 1);
        return printed.slice(0, place) + inserted + printed.slice(place + 1);
      }),
    );
    fc.assert(
      fc.property(anything, (written) => {
        try {
          parsePolicyStatement(written);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PolicySyntaxError);
          const { position } = thrown as PolicySyntaxError;
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(written.length);
        }
      }),
    );
  });
});
