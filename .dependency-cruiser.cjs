/**
 * Who may import whom. Each row is a room of the house: a folder (or a file), and the rooms that it may import
 * besides itself. docs/architecture.md says what lives in each.
 */

const belowOperations = [
  'main/access',
  'main/work-requests',
  'main/catalog',
  'main/audit',
  'main/home',
  'main/hsm',
  'main/sealing',
  'main/storage',
];

/** @type {Record<string, string[]>} */
const rooms = {
  'shared/domain': [],
  'shared/contract': ['shared/domain'],
  'main/index.ts': ['main/window-program.ts', 'main/command-line-program.ts', 'main/cli'],
  'main/window-program.ts': ['main/window', 'main/ipc', 'main/practice', 'main/strongroom.ts', 'shared'],
  'main/command-line-program.ts': ['main/cli', 'main/window'],
  'main/window': ['main/strongroom.ts', 'shared'],
  'main/ipc': ['shared'],
  'main/cli': ['main/practice', 'main/strongroom.ts', 'shared'],
  'main/practice': ['main/strongroom.ts', 'shared'],
  'main/strongroom.ts': ['main/operations', ...belowOperations, 'shared'],
  'main/operations': [...belowOperations, 'shared'],
  'main/access': ['main/catalog', 'shared'],
  'main/work-requests': ['main/catalog', 'shared'],
  'main/catalog': ['shared'],
  'main/audit': ['main/catalog', 'main/hsm', 'shared'],
  'main/home': ['shared'],
  'main/hsm': ['shared'],
  'main/sealing': ['shared'],
  'main/storage': ['shared'],
  preload: ['shared'],
  renderer: ['shared'],
};

const house = '^(main|preload|renderer|shared)/';

const pathOf = (room) => `^${room.replaceAll('.', '\\.')}${room.endsWith('.ts') ? '$' : '/'}`;

const rulesOfRooms = Object.entries(rooms).map(([room, allowed]) => ({
  name: room,
  comment: `${room} may import ${allowed.join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: pathOf(room) },
  to: { path: house, pathNot: [room, ...allowed].map(pathOf) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...rulesOfRooms,
    {
      name: 'every-file-has-a-room',
      comment: 'A file outside the rooms of the table: move it into one, or give the new room a row.',
      severity: 'error',
      from: { path: house, pathNot: Object.keys(rooms).map(pathOf) },
      to: {},
    },
    {
      name: 'nobody-imports-build-or-test',
      comment: 'What ships must not depend on what builds or tests it.',
      severity: 'error',
      from: { path: house },
      to: { path: '^(build|test)/' },
    },
    {
      name: 'shared-needs-only-zod',
      comment: 'shared runs in the window too: no Node module and no package but zod.',
      severity: 'error',
      from: { path: '^shared/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: '(^|/)zod(/|$)',
      },
    },
    {
      name: 'one-way-out',
      comment: 'Only the pre-authenticated URLs that an operator names open connections (rule R70).',
      severity: 'error',
      from: { path: house, pathNot: '^main/storage/pre-authenticated-[a-z]+\\.ts$' },
      to: { path: '^(node:)?(dgram|dns|http|http2|https|net|tls)(/|$)', dependencyTypes: ['core'] },
    },
    {
      name: 'no-development-packages',
      comment: 'What ships must not import a package that is only installed for development.',
      severity: 'error',
      from: { path: '^(main|preload|renderer|shared)/' },
      // Electron is what the program runs on, and no package inside it.
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm'],
        pathNot: '^node_modules/electron/',
      },
    },
    {
      name: 'electron-has-its-rooms',
      comment: 'The command line and all operations run without Electron.',
      severity: 'error',
      from: { path: house, pathNot: '^(main/(window|command-line)-program\\.ts$|main/window/|preload/)' },
      to: { path: '(^|/)electron(/|$)', pathNot: house },
    },
    {
      name: 'pages-have-no-node',
      comment: 'A page, and a sandboxed preload script, has no module of Node.',
      severity: 'error',
      from: { path: '^(preload|renderer)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circle',
      comment: 'Modules that import each other cannot be understood, tested or started one by one.',
      severity: 'error',
      from: {},
      // A screen that is loaded when it is first shown may know the list of screens that names it.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no-orphan',
      comment: 'Nobody imports this file, and it imports nobody.',
      severity: 'error',
      from: { orphan: true, path: house },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Folders with packages of their own, which only those who run them install.
    exclude: { path: '^test/(smoke/spectron|hardening/electronegativity)/' },
    // Type-only imports couple rooms as much as others do.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'types', 'default'],
    },
  },
};
