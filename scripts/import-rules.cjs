/** Who may import whom: the table in docs/architecture.md, as rules for dependency-cruiser. */
const TEST = '\\.(test|testing|spec)\\.tsx?$'
/** What runs on Node in the app or on a server, and so finds only `dependencies` at run time. */
const NODE_SIDE = '^(core|engine|cli|electron)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'shared-needs-nobody',
      comment: 'shared/ is the contract of all processes: it may know zod and @orpc/contract, nothing else.',
      severity: 'error',
      from: { path: '^shared/', pathNot: TEST },
      to: { pathNot: ['^shared/', 'node_modules/(zod|@orpc/contract)/'] },
    },
    {
      name: 'renderer-knows-only-shared',
      comment: 'The interface also runs in a browser: it talks to the core through the contract in shared/.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(core|engine|cli|electron|e2e|bench|scripts)/' },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The renderer is sandboxed: there is no Node in it.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: [TEST, '\\.config\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-are-strangers',
      comment: 'A feature never imports a sibling; what two need goes to renderer/lib or renderer/components.',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'app-composes',
      comment: 'renderer/app composes features; features, components and lib do not know the app.',
      severity: 'error',
      from: { path: '^renderer/(features|components|lib)/', pathNot: TEST },
      to: { path: '^renderer/app/' },
    },
    {
      name: 'base-knows-no-feature',
      comment: 'renderer/components and renderer/lib serve every feature and know none.',
      severity: 'error',
      from: { path: '^renderer/(components|lib)/' },
      to: { path: '^renderer/features/' },
    },
    {
      name: 'core-knows-only-shared',
      comment: 'The core gets what it needs from its host injected.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(engine|cli|electron|renderer|e2e|bench|scripts)/' },
    },
    {
      name: 'engine-knows-only-shared',
      comment: 'An engine is a process of its own; it meets the core only in the protocol of shared/process.',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '^(core|cli|electron|renderer|e2e|bench|scripts)/' },
    },
    {
      name: 'cli-only-starts-the-core',
      comment: 'The command line talks to a core through the contract, and imports it only to start one.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(core/[^/]+|engine|electron|renderer|e2e|bench|scripts)/' },
    },
    {
      name: 'shell-knows-only-types-of-the-core',
      comment:
        'Main hosts the core in another process: at run time it shares with it only where things lie and how files are written.',
      severity: 'error',
      from: { path: '^electron/' },
      to: {
        path: '^(core|engine|cli|renderer|e2e|bench|scripts)/',
        pathNot: '^core/(paths|lib/write-file)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-the-shell-knows-electron',
      comment: 'Whatever else imports Electron can no longer run headless or in a browser.',
      severity: 'error',
      from: { pathNot: '^electron/' },
      to: { path: ['^electron$', 'node_modules/electron/'] },
    },
    {
      name: 'only-the-engine-knows-llama',
      comment: 'node-llama-cpp can take its process down, so only the engine process may load it.',
      severity: 'error',
      from: { pathNot: '^engine/' },
      to: { path: ['^node-llama-cpp$', 'node_modules/(node-llama-cpp|@node-llama-cpp)/'] },
    },
    {
      name: 'shipped-code-has-its-packages',
      comment: 'Code of the Node side finds no devDependencies in the packaged app.',
      severity: 'error',
      from: { path: NODE_SIDE, pathNot: [TEST, '\\.config\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/electron/' },
    },
    {
      name: 'packages-are-declared',
      comment: 'A package that package.json does not name works only by luck.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'product-knows-no-test',
      severity: 'error',
      from: { pathNot: [TEST, '^(e2e|bench)/'] },
      to: { path: TEST },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?(raw|url|worker)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    builtInModules: { add: ['electron/main', 'electron/renderer', 'electron/common'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
