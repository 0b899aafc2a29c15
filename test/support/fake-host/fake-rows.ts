import type { ContainerSquare, TableRow, Tone } from '#contract/tables.ts'

const minute = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString()

/** Numbers that look random and are the same in every run. */
export function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

type States = ContainerSquare['state'][]
const squares = (states: States, init: States = []): ContainerSquare[] => [
  ...init.map((state, index) => ({ name: `init-${index}`, init: true, state, restarts: 0 })),
  ...states.map((state, index) => ({
    name: ['api', 'envoy', 'agent'][index] ?? `c${index}`,
    init: false,
    state,
    restarts: state === 'failed' ? 11 : 0,
    ...(state === 'failed' && { reason: 'CrashLoopBackOff' }),
    since: ago(34),
  })),
]

interface PodSketch {
  name: string
  namespace?: string
  word?: string
  tone?: Tone
  message?: string
  states?: States
  init?: States
  restarts?: string
  minutes?: number
  owner?: string
}

let ips = 10
export function podRow(sketch: PodSketch): TableRow {
  const { name, namespace = 'shop', word = 'Running', tone = 'ok', minutes = 2880 } = sketch
  const states = sketch.states ?? ['ready']
  const ready = states.filter(state => state === 'ready').length
  const placed = word !== 'Pending'
  const ip = placed ? `10.244.0.${ips++ % 250}` : '<none>'
  const base = name.replace(/-[a-z0-9]{5}$/, '')
  return {
    uid: `pod-${namespace}-${name}`,
    name,
    namespace,
    created: ago(minutes),
    cells: [
      name,
      `${ready}/${states.length}`,
      word,
      sketch.restarts ?? '0',
      '',
      ip,
      placed ? 'local' : '<none>',
      '<none>',
      '<none>',
    ],
    status: { word, tone, ...(sketch.message && { message: sketch.message }) },
    labels: { app: base.replace(/-[0-9a-f]{8,10}$/, ''), tier: 'backend' },
    owner: sketch.owner
      ? { kind: sketch.owner.split('/')[0] ?? '', name: sketch.owner.split('/')[1] ?? '' }
      : { kind: 'ReplicaSet', name: base },
    containers: squares(states, sketch.init),
    amounts: {
      cpuRequest: 50,
      cpuLimit: 500,
      memoryRequest: 64 * 2 ** 20,
      memoryLimit: 360 * 2 ** 20,
    },
    ...(word === 'Terminating' && { deleting: true }),
  }
}

/** Every state a pod can show, and some healthy ones. */
export const podSketches: PodSketch[] = [
  ...['x2k8p', 'm4tq7', '9hw2c'].map(hash => ({
    name: `checkout-api-7d9c6b5f4d-${hash}`,
    word: 'CrashLoopBackOff',
    tone: 'bad' as const,
    states: ['failed', 'ready'] as States,
    init: ['ended'] as States,
    restarts: '11 (2m ago)',
    minutes: 34,
    message: 'back-off 5m0s restarting failed container=api',
  })),
  {
    name: 'search-indexer-58c7d9b6c-tk4zl',
    word: 'ImagePullBackOff',
    tone: 'bad',
    states: ['waiting'],
    minutes: 61,
  },
  {
    name: 'webhook-relay-6f9c7b8d5f-jq2vn',
    namespace: 'payments',
    word: 'OOMKilled',
    tone: 'bad',
    states: ['failed'],
    restarts: '4 (12m ago)',
    minutes: 300,
  },
  {
    name: 'settle-nightly-29384-w8d2k',
    namespace: 'payments',
    word: 'Error',
    tone: 'bad',
    states: ['failed'],
    minutes: 540,
    owner: 'Job/settle-nightly-29384',
  },
  {
    name: 'postgres-0',
    namespace: 'data',
    word: 'Pending',
    tone: 'warn',
    states: ['not-placed'],
    minutes: 36,
    owner: 'StatefulSet/postgres',
    message: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  },
  {
    name: 'fraud-scorer-7b6c5d9f8-n5r7x',
    namespace: 'payments',
    word: 'Pending',
    tone: 'warn',
    states: ['not-placed'],
    minutes: 22,
  },
  {
    name: 'ledger-66d8f7c9b5-5xk2m',
    namespace: 'payments',
    word: 'Init:0/1',
    tone: 'busy',
    states: ['not-placed'],
    init: ['waiting'],
    minutes: 34,
  },
  {
    name: 'tempo-0',
    namespace: 'observability',
    word: 'ContainerCreating',
    tone: 'busy',
    states: ['waiting'],
    minutes: 0.1,
    owner: 'StatefulSet/tempo',
  },
  {
    name: 'storefront-6c8f5d7b94-v8nlr',
    word: 'Not ready',
    tone: 'warn',
    states: ['not-ready', 'ready'],
    minutes: 4,
  },
  {
    name: 'storefront-5b7d9c6f48-h6gqs',
    word: 'Terminating',
    tone: 'warn',
    states: ['ready', 'ready'],
  },
  {
    name: 'migrate-29-xk4wq',
    namespace: 'data',
    word: 'Completed',
    tone: 'idle',
    states: ['ended'],
    minutes: 700,
    owner: 'Job/migrate-29',
  },
  ...['q7zt4', '2mvxk', 'rr9tj'].map(hash => ({
    name: `storefront-6c8f5d7b94-${hash}`,
    states: ['ready', 'ready'] as States,
  })),
  ...['k8s2w', 'zt5nd'].map(hash => ({ name: `cart-5f6d8c9b7-${hash}` })),
  ...['4jwpl', 'c9x7h', 'xd3rv'].map(hash => ({
    name: `catalog-84c7b6d5f9-${hash}`,
    states: ['ready', 'ready'] as States,
    minutes: 8640,
  })),
  { name: 'email-worker-7c5d8b6f9-f2qmh', minutes: 8640 },
  { name: 'image-resizer-6b9f7d8c4-lw6tp', minutes: 8640 },
  ...[0, 1, 2].map(n => ({
    name: `redis-cache-${n}`,
    states: ['ready', 'ready'] as States,
    minutes: 17280,
    owner: 'StatefulSet/redis-cache',
  })),
  { name: 'search-api-5d8c7f6b9-9vbqk', minutes: 4320 },
  { name: 'coredns-6d8c4cb4d-x9x7k', namespace: 'kube-system', minutes: 17280 },
]

/** So many pods, one in twelve of them in trouble. */
export function manyPods(count: number): TableRow[] {
  const random = makeRandom(7)
  return Array.from({ length: count }, (_, index) => {
    const trouble = random() < 1 / 12
    const hash = (index * 7919 + 46656).toString(36).slice(-5).padStart(5, 'x')
    return podRow({
      name: `load-${index % 40}-6c8f5d7b94-${hash}${index}`.slice(0, 60),
      namespace: ['shop', 'payments', 'data', 'observability'][index % 4] ?? 'shop',
      minutes: Math.floor(random() * 9000),
      ...(trouble && {
        word: 'CrashLoopBackOff',
        tone: 'bad',
        states: ['failed'],
        restarts: '7 (1m ago)',
      }),
    })
  })
}

/** A row of any other kind. */
export function row(
  kind: string,
  name: string,
  namespace: string | undefined,
  cells: TableRow['cells'],
  extra: Partial<TableRow> & { minutes?: number } = {},
): TableRow {
  const { minutes = 4000, ...rest } = extra
  return {
    uid: `${kind}-${namespace ?? ''}-${name}`,
    name,
    ...(namespace && { namespace }),
    created: ago(minutes),
    cells: [name, ...cells],
    ...rest,
  }
}
