import { parseArgs } from 'node:util'

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

/** A mistake on the command line; the message says which and what is right. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const clusterOptions = [
  'api-port',
  'runtime',
  'engine-socket',
  'nodes',
  'pod-cidr',
  'service-cidr',
  'store',
] as const

/** Reads the command line of `npm start -- --web`. Throws a `UsageError`. */
export function parseWebOptions(args: string[]): WebOptions {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  let values: Record<string, string | boolean | undefined>
  try {
    const options = {
      ...Object.fromEntries(clusterOptions.map(name => [name, text])),
      'no-open': flag,
      'no-install': flag,
      'stop-pods': flag,
      'ui-port': text,
      'data-dir': text,
      cluster: text,
      kubeconfig: text,
    }
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const value = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  const uiPort = Number(value('ui-port') ?? 0)
  if (!Number.isInteger(uiPort) || uiPort < 0 || uiPort > 65_535) {
    throw new UsageError(`--ui-port ${value('ui-port')}: a port is a number from 0 to 65535`)
  }
  const passOn = (name: string) => {
    const given = value(name)
    return given === undefined ? [] : [`--${name}`, given]
  }
  return {
    open: values['no-open'] !== true,
    uiPort,
    dataDir: value('data-dir'),
    cluster: value('cluster') ?? 'local',
    kubeconfig: value('kubeconfig'),
    commonArgs: [
      ...passOn('kubeconfig'),
      ...(values['no-install'] ? ['--no-install'] : []),
      ...(values['stop-pods'] ? ['--stop-pods'] : []),
    ],
    clusterArgs: clusterOptions.flatMap(passOn),
  }
}
