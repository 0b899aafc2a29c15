import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import { type Logger, silentLogger } from '#base/logger.ts'
import type { Transport } from '#client/transport.ts'
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '#control-plane/control-plane.ts'
import { openMemoryStore } from '#control-plane/storage/memory.ts'
import type { Store } from '#control-plane/storage/store.ts'

/** A cluster in this process, on a store in memory and in a folder of its own, gone when it is disposed. */
export interface TestCluster extends AsyncDisposable {
  readonly controlPlane: ControlPlane
  readonly store: Store
  /** Temporary folder. */
  readonly directory: string
  /** File with the administrator's kubeconfig. */
  readonly kubeconfig: string
  /** In-process, as administrator. */
  readonly admin: Transport
}

export interface TestClusterOptions
  extends Partial<Omit<ControlPlaneOptions, 'clock' | 'logger' | 'dataDir' | 'store'>> {
  store?: Store
  clock?: Clock
  logger?: Logger
}

/** Starts a cluster for a test; with `controllers: false` only the API server. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-test-'))
  starting.defer(() => rm(directory, { recursive: true, force: true }))
  const store = options.store ?? starting.use(await openMemoryStore())
  const controlPlane = starting.use(
    await startControlPlane({
      clock: systemClock,
      logger: silentLogger,
      ...options,
      store,
      dataDir: directory,
    }),
  )
  const kubeconfig = path.join(directory, 'kubeconfig')
  await writeFile(kubeconfig, controlPlane.adminKubeconfig(), { mode: 0o600 })
  const owned = starting.move()
  return {
    controlPlane,
    store,
    directory,
    kubeconfig,
    admin: controlPlane.transport({ name: 'kubernetes-admin', groups: ['system:masters'] }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
