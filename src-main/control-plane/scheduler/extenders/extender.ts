import type { Clock } from '#base/clock.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { ExtenderAddress, ExtenderSettings } from '../configuration/extender-settings.ts'
import { extenderPlugin } from '../extender-plugin.ts'
import type { Candidate } from '../find-victims.ts'
import type { NodeRejection } from '../fit-error.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'
import { fieldOf, listOf, mapOf, textOf } from './loose-fields.ts'

/** A way to one extender. */
export interface ExtenderConnection extends Disposable {
  /** The answer to JSON that is posted to a path below the extender's URL. Throws when there is none. */
  post(path: string, body: unknown, signal: AbortSignal): Promise<{ status: number; json: unknown }>
}

export type ConnectExtender = (address: ExtenderAddress) => Promise<ExtenderConnection>

/** The greatest score that an extender gives; the scheduler's own is 100. */
const maxScore = 10
const scoreScale = 100 / maxScore

/** Asks one extender, in upstream's protocol: `k8s.io/kube-scheduler/extender/v1` as JSON. */
export class Extender implements AsyncDisposable {
  readonly settings: ExtenderSettings
  readonly #clock: Clock
  readonly #connect: ConnectExtender
  #connection: Promise<ExtenderConnection> | undefined

  constructor(settings: ExtenderSettings, by: { connect: ConnectExtender; clock: Clock }) {
    this.settings = settings
    this.#connect = by.connect
    this.#clock = by.clock
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    connection?.[Symbol.dispose]()
  }

  /** Whether a pod asks for one of the resources that the extender manages; every pod when it manages none. */
  isInterestedIn({ spec }: Pod): boolean {
    const { managedResources } = this.settings
    if (managedResources.size === 0) return true
    return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].some(({ resources }) =>
      [resources?.requests, resources?.limits].some(amounts =>
        Object.keys(amounts ?? {}).some(name => managedResources.has(name)),
      ),
    )
  }

  /** The nodes that it lets the pod go to, and what it says of those others that it names. */
  async filter(
    verb: string,
    { pod }: PodInfo,
    nodes: readonly NodeState[],
  ): Promise<{ nodes: NodeState[]; rejections: Map<NodeState, NodeRejection> }> {
    const answer = await this.#send(verb, { Pod: pod, ...this.#nodesFor(nodes) })
    const error = textOf(answer, 'Error')
    if (error) throw new Error(error)
    const byName = new Map(nodes.map(node => [node.name, node]))
    const rejections = new Map<NodeState, NodeRejection>()
    for (const [field, final] of [
      ['FailedNodes', false],
      ['FailedAndUnresolvableNodes', true],
    ] as const) {
      for (const [name, reason] of mapOf(answer, field)) {
        const node = byName.get(name)
        if (node) rejections.set(node, { plugin: extenderPlugin, reasons: [String(reason)], final })
      }
    }
    const passed = this.#namesIn(answer).map(name => {
      const node = byName.get(name)
      if (node) return node
      throw new Error(
        `extender "${this.settings.address.url}" claims a filtered node "${name}" which is not found in the input node list`,
      )
    })
    return { nodes: passed, rejections }
  }

  /** By node's name: what its score adds to the scheduler's own. */
  async scores(
    verb: string,
    { pod }: PodInfo,
    nodes: readonly NodeState[],
  ): Promise<Map<string, number>> {
    const answer = await this.#send(verb, { Pod: pod, ...this.#nodesFor(nodes) })
    const scores = Array.isArray(answer) ? answer : []
    return new Map(
      scores.map(one => [
        textOf(one, 'Host'),
        Number(fieldOf(one, 'Score') ?? 0) * this.settings.weight * scoreScale,
      ]),
    )
  }

  async bind(verb: string, { pod }: PodInfo, node: string): Promise<void> {
    const { name, namespace, uid } = pod.metadata
    const names = { PodName: name, PodNamespace: namespace, PodUID: uid, Node: node }
    const error = textOf(await this.#send(verb, names), 'Error')
    if (error) throw new Error(error)
  }

  /** Of the places where pods could be displaced those that it agrees to, with the pods that it says have to leave. */
  async preempt(
    verb: string,
    { pod }: PodInfo,
    candidates: readonly Candidate[],
  ): Promise<Candidate[]> {
    const victims = ({ victims, violations }: Candidate, whole: boolean) => ({
      Pods: victims.map(({ pod, uid }) => (whole ? pod : { UID: uid })),
      NumPDBViolations: violations,
    })
    const { nodeCacheCapable } = this.settings
    const field = nodeCacheCapable ? 'NodeNameToMetaVictims' : 'NodeNameToVictims'
    const offered = candidates.map(one => [one.node.name, victims(one, !nodeCacheCapable)])
    const answer = await this.#send(verb, { Pod: pod, [field]: Object.fromEntries(offered) })
    const nodes = new Map(candidates.map(({ node }) => [node.name, node]))
    return mapOf(answer, 'NodeNameToMetaVictims').map(([name, chosen]) => {
      const node = nodes.get(name)
      if (!node) throw new Error(`nodeinfo not found for node name "${name}"`)
      return {
        node,
        victims: listOf(chosen, 'Pods').map(one => this.#podOn(node, textOf(one, 'UID'))),
        violations: Number(fieldOf(chosen, 'NumPDBViolations') ?? 0),
      }
    })
  }

  #podOn(node: NodeState, uid: string): PodInfo {
    const found = node.pods.get(uid)
    if (found) return found
    throw new Error(
      `extender: ${this.settings.address.url} claims to preempt pod (UID: ${uid}) on node: ${node.name}, but the pod is not found on that node`,
    )
  }

  #nodesFor(nodes: readonly NodeState[]): { NodeNames: string[] } | { Nodes: object } {
    if (this.settings.nodeCacheCapable) return { NodeNames: nodes.map(({ name }) => name) }
    return { Nodes: { metadata: {}, items: nodes.map(({ node }) => node) } }
  }

  #namesIn(answer: unknown): string[] {
    if (this.settings.nodeCacheCapable && fieldOf(answer, 'NodeNames')) {
      return listOf(answer, 'NodeNames').map(String)
    }
    return listOf(fieldOf(answer, 'Nodes'), 'items').map(item =>
      textOf(fieldOf(item, 'metadata'), 'name'),
    )
  }

  /** Where certificates can't be read, they are read again for the next question. */
  #connected(): Promise<ExtenderConnection> {
    this.#connection ??= this.#connect(this.settings.address).catch(error => {
      this.#connection = undefined
      throw error
    })
    return this.#connection
  }

  async #send(verb: string, body: object): Promise<unknown> {
    const { address, timeoutMs } = this.settings
    const late = new AbortController()
    using _timer = this.#clock.after(timeoutMs, () =>
      late.abort(new Error(`${address.url}: no answer to ${verb} within ${timeoutMs} ms`)),
    )
    const connection = await this.#connected()
    const { status, json } = await connection.post(`/${verb}`, body, late.signal)
    if (status === 200) return json
    const url = `${address.url.replace(/\/+$/, '')}/${verb}`
    throw new Error(`failed ${verb} with extender at URL ${url}, code ${status}`)
  }
}
