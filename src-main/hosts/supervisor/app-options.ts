import type { CommandLine } from '#platform/command-line.ts'

/** What every host of the window may be told; everything else is handed on to the cluster's process. */
export interface AppOptions {
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
  'ingress-http-port',
  'ingress-https-port',
  'runtime',
  'engine-socket',
  'nodes',
  'scheduler-config',
  'pod-cidr',
  'service-cidr',
  'store',
] as const
const commonSwitches = ['no-install', 'stop-pods'] as const

/** The names of these options on a command line. */
export const appOptionNames: { texts: readonly string[]; switches: readonly string[] } = {
  texts: [...clusterTexts, 'data-dir', 'cluster', 'kubeconfig'],
  switches: commonSwitches,
}

/** Reads the options that the hosts of the window share. */
export function readAppOptions(line: CommandLine): AppOptions {
  return {
    dataDir: line.text('data-dir'),
    cluster: line.text('cluster') ?? 'local',
    kubeconfig: line.text('kubeconfig'),
    commonArgs: line.passOn(['kubeconfig', ...commonSwitches]),
    clusterArgs: line.passOn(clusterTexts),
  }
}
