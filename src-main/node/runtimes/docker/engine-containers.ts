import type { PodFilter } from '../container-runtime.ts'
import { dockerLabels, labelFilter } from './docker-labels.ts'
import { EngineError, type EngineHttp, isGone } from './engine-http.ts'
import type { ContainerInspection, ContainerSummary } from './engine-types.ts'

/** How often a removal of everything looks again for containers that came meanwhile. */
const removalRounds = 5

/** One cluster's containers on the engine: found by their labels, made under names of their own. */
export class EngineContainers {
  readonly #http: EngineHttp
  readonly #cluster: string
  /** What a listing without inspection may rest on: by id, the state that was inspected. */
  readonly #inspected = new Map<string, { state: string; inspection: ContainerInspection }>()
  /** Listings begun in this turn, by the pod's uid: who asks for both roles of a pod at once asks the engine once. */
  readonly #listing = new Map<string, Promise<ContainerSummary[]>>()

  constructor(http: EngineHttp, cluster: string) {
    this.#http = http
    this.#cluster = cluster
  }

  /** Short lines about all that carry these labels, beside the cluster's. */
  summaries(labels: Record<string, string>): Promise<ContainerSummary[]> {
    const all = { [dockerLabels.cluster]: this.#cluster, ...labels }
    return this.#http.json<ContainerSummary[]>({
      method: 'GET',
      path: '/containers/json',
      query: { all: true, filters: labelFilter(all) },
    })
  }

  /** Everything of one role; of one pod afresh, of all as far as its state has changed. */
  async list(role: 'sandbox' | 'container', filter?: PodFilter): Promise<ContainerInspection[]> {
    const listed = filter
      ? (await this.#ofPod(filter.podUid)).filter(one => one.Labels?.[dockerLabels.role] === role)
      : await this.summaries({ [dockerLabels.role]: role })
    const inspections = await Promise.all(
      listed.map(({ Id, State }) => {
        const known = this.#inspected.get(Id)
        return !filter && known?.state === State ? known.inspection : this.inspect(Id)
      }),
    )
    if (!filter) this.#forget(role, new Set(listed.map(({ Id }) => Id)))
    return inspections.flatMap(one => one ?? [])
  }

  async inspect(id: string): Promise<ContainerInspection | undefined> {
    try {
      const path = `/containers/${id}/json`
      const inspection = await this.#http.json<ContainerInspection>({ method: 'GET', path })
      this.#inspected.set(inspection.Id, { state: inspection.State.Status, inspection })
      return inspection
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  /** Creates a container; one that an earlier, broken-off try left under the same name is replaced. */
  async create(name: string, body: Record<string, unknown>, signal: AbortSignal): Promise<string> {
    const request = { method: 'POST', path: '/containers/create', query: { name }, body } as const
    try {
      return (await this.#http.json<{ Id: string }>({ ...request, signal })).Id
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 409) throw error
      await this.remove(name)
      return (await this.#http.json<{ Id: string }>({ ...request, signal })).Id
    }
  }

  async start(id: string, signal?: AbortSignal): Promise<void> {
    await this.#http.json({ method: 'POST', path: `/containers/${id}/start`, signal })
  }

  /** TERM, then KILL; a paused one is resumed first, or it could not heed either. */
  async stop(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    await ignoringGone(async () => {
      if ((await this.inspect(id))?.State.Paused)
        await this.#http.json({ method: 'POST', path: `/containers/${id}/unpause` })
      const query = { t: graceSeconds }
      await this.#http.json({ method: 'POST', path: `/containers/${id}/stop`, query, signal })
    })
  }

  async kill(id: string): Promise<void> {
    try {
      await this.#http.json({ method: 'POST', path: `/containers/${id}/kill` })
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      if (error.status === 404 || error.status === 409) return
      // Podman has no status of its own for one that does not run.
      if ((await this.inspect(id))?.State.Status === 'running') throw error
    }
  }

  async update(id: string, body: Record<string, unknown>): Promise<void> {
    this.#inspected.delete(id)
    await this.#http.json({ method: 'POST', path: `/containers/${id}/update`, body })
  }

  async remove(id: string): Promise<void> {
    this.#inspected.delete(id)
    const query = { force: true, v: true }
    await ignoringGone(() =>
      this.#http.json({ method: 'DELETE', path: `/containers/${id}`, query }),
    )
  }

  /**
   * Removes the cluster's containers, those of a sandbox before it. Looks again after each round: an engine finishes what
   * it was asked for before, a container can come while others go, and one can hold another that it shares a namespace with.
   */
  async removeAllBut(keptId: string | undefined): Promise<void> {
    let failure: unknown
    for (let round = 0; round < removalRounds; round++) {
      const doomed = (await this.summaries({})).filter(({ Id }) => Id !== keptId)
      if (!doomed.length) return
      failure = undefined
      for (const { Id } of doomed.sort(byRole)) {
        await this.remove(Id).catch(error => {
          failure = error
        })
      }
    }
    if (failure !== undefined) throw failure
  }

  #ofPod(podUid: string): Promise<ContainerSummary[]> {
    const begun = this.#listing.get(podUid)
    if (begun) return begun
    const listing = this.summaries({ [dockerLabels.podUid]: podUid })
    this.#listing.set(podUid, listing)
    // Later ones may want to see what happened since.
    queueMicrotask(() => this.#listing.delete(podUid))
    return listing
  }

  #forget(role: string, present: ReadonlySet<string>): void {
    for (const [id, { inspection }] of this.#inspected)
      if (inspection.Config.Labels?.[dockerLabels.role] === role && !present.has(id))
        this.#inspected.delete(id)
  }
}

const rank = ({ Labels }: ContainerSummary) => (Labels[dockerLabels.role] === 'container' ? 0 : 1)
const byRole = (a: ContainerSummary, b: ContainerSummary) => rank(a) - rank(b)

/** What is gone, or being removed by someone else, is as good as removed. */
export async function ignoringGone(action: () => Promise<unknown>): Promise<void> {
  try {
    await action()
  } catch (error) {
    const isGoing = error instanceof EngineError && /already in progress/.test(error.message)
    if (!isGone(error) && !isGoing) throw error
  }
}
