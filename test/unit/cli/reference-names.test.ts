import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../main/cli/program.ts';
import { extraCommands } from '../../../main/cli/extra-commands.ts';

/**
 * The names that people know: nouns, verbs and main flags of the command line's specification, as they stand there, held
 * against the command line that is made from the contract. There are no deviations; further verbs and flags are welcome.
 */
const SPECIFICATION = `
realm | create, get | --name --tenancy-name --region --region-key --module --token-label --slot-serial --administrator
region | list, get, probe, enrol-request, enrol-grant, enrol-accept, attach, detach | --region --region-key --module --token-label --request --grant --out --confirm-words
token | list, initialise | --module --label --so-pin-file
recovery-kit | create, rehearse, restore | --threshold --shares --out --share-file
compartment | create, list, get | --display-name --parent-id
vault | create, get, list, update, backup, restore, restore-from-file, schedule-deletion, cancel-deletion, usage | --compartment-id --display-name --vault-type --vault-id --freeform-tags --is-include-keys
key | create, get, list, update, enable, disable, backup, restore, restore-from-file, schedule-deletion, cancel-deletion | --vault-id --key-shape --protection-mode --key-id
key-version | create, list, get, schedule-deletion, cancel-deletion | --key-id --key-version-id
crypto | encrypt, decrypt, sign, verify | --key-id --in --out --signature
secret | create, list, get | --vault-id --key-id --name --content-file
bucket | create, list, get | --name --kind --location --compartment-id
object | list, copy, delete | --bucket-name --source-object-name --destination-region --destination-bucket --destination-object-name --source-object-if-match-e-tag
backup | list, get, inspect, verify, plan-restore, drill, export, import, rebuild-catalog, coverage | --file --bucket-name --object-name --depth
work-request | list, get, cancel, resume, logs, errors | --work-request-id
operator | create, list, get, update, delete |
group | create, list, get, update, delete, add-member, remove-member |
policy | create, list, get, update, delete, check | --statements
limit | list, set | --name --value
audit | list, verify, export | --since --out
doctor | run |
demo | run | --input --keep
`;

/** Flags of certain verbs: places of backups, plans, and what guards a change. */
const FLAGS_OF_VERBS: Readonly<Record<string, readonly string[]>> = {
  'vault backup': [
    '--uri',
    '--bucket-name',
    '--object-name',
    '--out',
    '--if-match',
    '--retry-token',
    '--wait-for-state',
  ],
  'key backup': [
    '--uri',
    '--bucket-name',
    '--object-name',
    '--out',
    '--if-match',
    '--retry-token',
    '--wait-for-state',
  ],
  'vault restore': [
    ...['--uri', '--bucket-name', '--object-name', '--file', '--restore-vault-from-file-location'],
    ...['--if-match', '--retry-token', '--wait-for-state', '--plan-hash', '--dry-run'],
  ],
  'key restore': [
    ...['--uri', '--bucket-name', '--object-name', '--file', '--restore-key-from-file-location'],
    ...['--if-match', '--retry-token', '--wait-for-state', '--plan-hash', '--dry-run'],
  ],
  'vault restore-from-file': [
    ...['--restore-vault-from-file-location', '--if-match', '--retry-token', '--wait-for-state'],
    ...['--plan-hash', '--dry-run'],
  ],
  'key restore-from-file': [
    ...['--restore-key-from-file-location', '--if-match', '--retry-token', '--wait-for-state'],
    ...['--plan-hash', '--dry-run'],
  ],
};

const GLOBAL_FLAGS = [
  '--home',
  '--region',
  '--operator',
  '--output',
  '--yes',
  '--pin-file',
  '--passphrase-file',
];

/** Every flag of every command, by `noun verb`; the global ones under the empty name. */
function commandLine(): Map<string, Set<string>> {
  const program = buildProgram(
    extraCommands,
    { width: 100, writeOut: () => undefined, writeErr: () => undefined },
    () => undefined,
  );
  const names = (command: typeof program) => command.options.map((option) => option.long ?? '');
  const flags = new Map([['', new Set(names(program))]]);
  for (const noun of program.commands) {
    for (const verb of noun.commands) flags.set(`${noun.name()} ${verb.name()}`, new Set(names(verb)));
  }
  return flags;
}

const flags = commandLine();
const rows = SPECIFICATION.trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .map(([noun = '', verbs = '', main = '']) => ({
    noun,
    verbs: verbs.split(', '),
    flags: main.split(' ').filter((flag) => flag !== ''),
  }));

describe.each(rows)('$noun', ({ noun, verbs, flags: mainFlags }) => {
  it('has the verbs of the specification', () => {
    expect(verbs.filter((verb) => !flags.has(`${noun} ${verb}`))).toEqual([]);
  });

  it('has the main flags of the specification on one of its verbs at least', () => {
    const ofNoun = [...flags].filter(([command]) => command.startsWith(`${noun} `)).map(([, names]) => names);
    expect(mainFlags.filter((flag) => !ofNoun.some((names) => names.has(flag)))).toEqual([]);
  });
});

it.each(Object.entries(FLAGS_OF_VERBS))('%s has the flags of the specification', (command, expected) => {
  expect(expected.filter((flag) => flags.get(command)?.has(flag) !== true)).toEqual([]);
});

it('the global flags are those of the specification', () => {
  expect(GLOBAL_FLAGS.filter((flag) => flags.get('')?.has(flag) !== true)).toEqual([]);
});
