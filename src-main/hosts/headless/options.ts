import { errorMessage } from '#base/errors.ts'
import type { StoreChoice } from '#control-plane/control-plane.ts'
import { CommandLine, UsageError } from '#platform/command-line.ts'
import { overlaps, parseRange } from '#platform/ipv4.ts'

/** What `npm start -- --headless` may be told. Absent = the default, or what the cluster was made with. */
export interface HeadlessOptions {
  dataDir: string | undefined
  cluster: string
  /** 0 and absent: chosen once and kept. */
  apiPort: number | undefined
  /** Where ingresses are served on localhost. Absent: 80 and 443, or what can be had; kept. */
  ingressPorts: { http?: number; https?: number }
  runtime: 'auto' | 'docker' | 'cri' | 'simulated' | undefined
  engineSocket: string | undefined
  /** How many simulated nodes, or a file that describes them. */
  nodes: number | { file: string } | undefined
  /** A file with a `KubeSchedulerConfiguration`. */
  schedulerConfig: string | undefined
  podCidr: string | undefined
  serviceCidr: string | undefined
  /** A file, or `none`. */
  kubeconfig: string | undefined
  store: StoreChoice | undefined
  /** The folder of the agent image's recipe, and of ready images where they are shipped. */
  agentImages: string | undefined
  /** Seconds that certificates live, instead of a year: to see them renewed. */
  certificateLife: number | undefined
  /** Seconds after which history is forgotten, instead of 300: to see what clients do when it is gone. */
  compactionInterval: number | undefined
  stopPods: boolean
  cleanup: boolean
  volumes: boolean
}

const texts = [
  'data-dir',
  'cluster',
  'api-port',
  'ingress-http-port',
  'ingress-https-port',
  'runtime',
  'engine-socket',
  'nodes',
  'scheduler-config',
  'pod-cidr',
  'service-cidr',
  'kubeconfig',
  'store',
  'agent-images',
  'certificate-life',
  'compaction-interval',
] as const

/** Reads the command line of one local cluster. Throws a `UsageError`. */
export function parseHeadlessOptions(args: string[]): HeadlessOptions {
  const line = new CommandLine(args, {
    texts,
    switches: ['stop-pods', 'cleanup', 'volumes', 'no-install'],
  })
  const cluster = line.text('cluster') ?? 'local'
  if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(cluster)) {
    throw new UsageError(
      `--cluster ${cluster}: up to 30 lower-case letters, digits and dashes are wanted, no dash at the ends`,
    )
  }
  const runtime = line.oneOf('runtime', ['auto', 'docker', 'cri', 'simulated'])
  const nodes = parseNodes(line)
  if (nodes !== undefined && nodes !== 1 && runtime !== 'simulated') {
    throw new UsageError(`--nodes ${line.text('nodes')}: several nodes need --runtime simulated`)
  }
  return {
    dataDir: line.text('data-dir'),
    cluster,
    apiPort: line.integer('api-port', { least: 0, most: 65_535 }) || undefined,
    ingressPorts: parseIngressPorts(line),
    runtime,
    engineSocket: line.text('engine-socket'),
    nodes,
    schedulerConfig: line.text('scheduler-config'),
    ...parseRanges(line),
    kubeconfig: line.text('kubeconfig'),
    store: parseStore(line.text('store')),
    agentImages: line.text('agent-images'),
    certificateLife: line.integer('certificate-life', { least: 5, most: 31_536_000 }),
    compactionInterval: line.integer('compaction-interval', { least: 5, most: 3600 }),
    stopPods: line.has('stop-pods'),
    cleanup: line.has('cleanup'),
    volumes: line.has('volumes'),
  }
}

function parseNodes(line: CommandLine): HeadlessOptions['nodes'] {
  const text = line.text('nodes')
  if (text === undefined || !/\.(ya?ml|json)$/.test(text)) {
    return line.integer('nodes', { least: 1, most: 10_000 })
  }
  return { file: text }
}

function parseIngressPorts(line: CommandLine): HeadlessOptions['ingressPorts'] {
  const bounds = { least: 1, most: 65_535 }
  const http = line.integer('ingress-http-port', bounds)
  const https = line.integer('ingress-https-port', bounds)
  return { ...(http ? { http } : {}), ...(https ? { https } : {}) }
}

function parseRanges(line: CommandLine): Pick<HeadlessOptions, 'podCidr' | 'serviceCidr'> {
  const [podCidr, serviceCidr] = (['pod-cidr', 'service-cidr'] as const).map(name => {
    const text = line.text(name)
    try {
      if (text !== undefined) parseRange(text)
    } catch (error) {
      throw new UsageError(`--${name} ${text}: ${errorMessage(error)}`)
    }
    return text
  })
  if (podCidr && serviceCidr && overlaps(parseRange(podCidr), parseRange(serviceCidr))) {
    throw new UsageError(`--pod-cidr ${podCidr} and --service-cidr ${serviceCidr} overlap`)
  }
  return { podCidr, serviceCidr }
}

function parseStore(text: string | undefined): StoreChoice | undefined {
  if (text === undefined) return undefined
  if (text === 'sqlite' || text === 'memory') return { kind: text }
  const url = /^etcd=(http:\/\/[^/]+)\/?$/.exec(text)?.[1]
  if (!url) {
    throw new UsageError(`--store ${text}: sqlite, memory or etcd=http://HOST:PORT is wanted`)
  }
  return { kind: 'etcd', url }
}
