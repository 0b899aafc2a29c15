import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { ContainerRuntime } from '../../runtimes/container-runtime.ts'
import { isAlive } from '../pod-runtime-state.ts'

const graceSeconds = 30

/** Ends and removes what runs on the engine for pods that are gone from the API, as after a deletion while we were away. */
export class OrphanCollector {
  readonly #runtime: ContainerRuntime
  readonly #logger: Logger

  constructor(runtime: ContainerRuntime, logger: Logger) {
    this.#runtime = runtime
    this.#logger = logger
  }

  /** `isKnown` says whether a pod of that uid still exists. */
  async collect(isKnown: (uid: string) => boolean): Promise<void> {
    const sandboxes = await this.#runtime.listPodSandboxes()
    const gone = new Set(sandboxes.map(({ config }) => config.uid).filter(uid => !isKnown(uid)))
    if (!gone.size) return
    const containers = await this.#runtime.listContainers()
    for (const uid of gone) {
      const own = sandboxes.filter(({ config }) => config.uid === uid)
      const alive = containers.filter(one => one.podUid === uid && isAlive(one))
      try {
        await Promise.all(alive.map(({ id }) => this.#runtime.stopContainer(id, graceSeconds)))
        for (const { id } of own) await this.#runtime.removePodSandbox(id)
        await this.#runtime.removePodVolumes(uid)
      } catch (error) {
        const pod = `${own[0]?.config.namespace}/${own[0]?.config.name}`
        this.#logger.warn('could not remove what is left of a pod', {
          pod,
          error: errorMessage(error),
        })
      }
    }
  }
}
