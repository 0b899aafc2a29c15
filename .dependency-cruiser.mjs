/** Who may import whom. Read a row as: "this folder may import itself and …". */
const pure = ['base', 'kubernetes']
const nodePart = [...pure, 'client', 'platform', 'node/runtimes/container-runtime']
const main = {
  base: [],
  kubernetes: ['base'],
  contract: pure,
  platform: ['base'],
  client: pure,
  'control-plane/storage': ['base', 'platform'],
  'control-plane/resources': pure,
  'control-plane/apiserver': [
    ...pure,
    'platform',
    'control-plane/resources',
    'control-plane/storage',
  ],
  'control-plane/controllers': [...pure, 'client'],
  'control-plane/scheduler': [...pure, 'client'],
  'node/runtimes': ['base', 'platform'],
  'node/kubelet': nodePart,
  'node/proxy': nodePart,
  'node/dns': nodePart,
  'node/metrics': nodePart,
  'node/storage': nodePart,
  'node/simulation': nodePart,
  clusters: [...pure, 'client', 'platform'],
  app: [...pure, 'contract', 'client', 'platform', 'clusters'],
  'hosts/headless': [
    'base',
    'platform',
    'client',
    'control-plane/control-plane',
    'control-plane/prepare-control-plane',
    'node/node',
  ],
  'hosts/web': ['base', 'contract', 'platform', 'app', 'hosts/supervisor'],
  'hosts/electron': ['base', 'contract', 'platform', 'app', 'hosts/supervisor'],
  'hosts/supervisor': ['base', 'contract', 'platform', 'app'],
}
/** The composition roots see everything beneath them; what they are made of sees its part. */
const roots = {
  'control-plane/control-plane': [...pure, 'client', 'platform', 'control-plane'],
  'control-plane/prepare-control-plane': ['platform', 'control-plane/storage'],
  'control-plane/cluster-certificates': ['base', 'platform'],
  'control-plane/served-api': [
    'base',
    'control-plane/apiserver',
    'control-plane/cluster-certificates',
    'control-plane/resources',
    'control-plane/storage',
  ],
  'control-plane/components': [
    ...pure,
    'client',
    'platform',
    'control-plane/controllers',
    'control-plane/scheduler',
  ],
  'node/node': [...pure, 'client', 'platform', 'node'],
  'node/node-options': ['base', 'client', 'node/simulation'],
  'node/open-runtime': ['base', 'node/node-options', 'node/runtimes', 'node/simulation'],
  'node/node-kubelets': [
    ...pure,
    'client',
    'node/kubelet',
    'node/node-options',
    'node/open-runtime',
    'node/runtimes',
    'node/simulation',
  ],
  'node/service-network': [...pure, 'client', 'platform', 'node/proxy', 'node/dns'],
}
const renderer = {
  bridge: [],
  theme: [],
  components: ['theme'],
  kinds: ['components', 'theme', 'bridge'],
  views: ['kinds', 'components', 'theme', 'bridge'],
  shell: ['views', 'kinds', 'components', 'theme', 'bridge'],
}
const isTest = '[.]test[.]tsx?$'
const error = (name, from, to) => ({ name, severity: 'error', from, to })
const rows = (top, table) =>
  Object.entries(table).map(([folder, allowed]) =>
    error(
      `${top}/${folder}`,
      { path: `^${top}/${folder}[./]`, pathNot: isTest },
      { path: `^${top}/`, pathNot: [folder, ...allowed].map(name => `^${top}/${name}[./]`) },
    ),
  )
const covered = [
  ...Object.keys(main).map(folder => `^src-main/${folder}/`),
  ...Object.keys(roots).map(file => `^src-main/${file}[.]`),
  ...Object.keys(renderer).map(folder => `^src-renderer/${folder}/`),
  '^src-renderer/[^/]+$',
  isTest,
]
const contents = '^src-(?:main/node/runtimes|main/control-plane/controllers|renderer/views)'

export default {
  forbidden: [
    ...rows('src-main', main),
    ...rows('src-main', roots),
    ...rows('src-renderer', renderer),
    error(
      'every file is covered by a row',
      { path: '^src-(main|renderer)/', pathNot: covered },
      {},
    ),
    error(
      'the renderer sees only contract and pure folders',
      { path: '^src-renderer/' },
      { path: '^src-main/', pathNot: '^src-main/(contract|kubernetes|base)/' },
    ),
    error('main never sees the renderer', { path: '^src-main/' }, { path: '^src-renderer/' }),
    error(
      'siblings stay strangers',
      { path: `${contents}/([^/.]+)`, pathNot: `${isTest}|/index[.]ts$` },
      {
        path: `${contents}/`,
        pathNot: [
          '/$1[./]',
          '/(container-runtime|define-controller|define-view|shared/.*)[.]tsx?$',
        ],
      },
    ),
    error(
      'electron only in its host',
      { path: '^src-', pathNot: '^src-main/hosts/electron/' },
      { path: '^(node_modules/)?electron(/|$)' },
    ),
    error(
      'pure folders run anywhere',
      { path: '^src-main/(base|kubernetes|contract)/', pathNot: isTest },
      { dependencyTypes: ['core'] },
    ),
    error('no cycles', { path: '^src-' }, { circular: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
