import { CommandLine } from '#platform/command-line.ts'

/** The web host's own options; everything else is handed on to the cluster's process. */
export interface WebOptions {
  open: boolean
  uiPort: number
  dataDir: string | undefined
  cluster: string
  /** `none` leaves the user's kubeconfig alone and shows no contexts of it. */
  kubeconfig: string | undefined
  /** For every local cluster. */
  commonArgs: string[]
  /** For the cluster that the command line names. */
  clusterArgs: string[]
}

const clusterTexts = [
  'api-port',
  'runtime',
  'engine-socket',
  'nodes',
  'pod-cidr',
  'service-cidr',
  'store',
] as const
const commonSwitches = ['no-install', 'stop-pods'] as const

/** Reads the command line of `npm start -- --web`. Throws a `UsageError`. */
export function parseWebOptions(args: string[]): WebOptions {
  const line = new CommandLine(args, {
    texts: [...clusterTexts, 'ui-port', 'data-dir', 'cluster', 'kubeconfig'],
    switches: [...commonSwitches, 'no-open'],
  })
  return {
    open: !line.has('no-open'),
    uiPort: line.integer('ui-port', { least: 0, most: 65_535 }) ?? 0,
    dataDir: line.text('data-dir'),
    cluster: line.text('cluster') ?? 'local',
    kubeconfig: line.text('kubeconfig'),
    commonArgs: line.passOn(['kubeconfig', ...commonSwitches]),
    clusterArgs: line.passOn(clusterTexts),
  }
}
