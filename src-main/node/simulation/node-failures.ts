import type { Clock } from '#base/clock.ts'
import { nodes } from '#client/resource-types.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { type FailureKind, failureKinds, type PlannedNode } from './simulation.ts'

/** On a node of a simulated cluster: makes it fail as long as it is there. */
export const failureAnnotation = 'simulation.slipway.dev/failure'

/** What can fail of a simulated node. */
export interface FailingNode {
  /** Undefined: the node is well again. */
  fail(kind: FailureKind | undefined): void
}

/** Makes simulated nodes fail: as planned, or as long as an annotation of the Node says so. */
export class NodeFailures implements Disposable {
  readonly #nodes: ReadonlyMap<string, FailingNode>
  readonly #planned = new Map<string, FailureKind>()
  readonly #announced = new Map<string, FailureKind>()
  readonly #owned = new DisposableStack()

  constructor(options: {
    informers: SharedInformers
    clock: Clock
    plans: readonly PlannedNode[]
    nodes: ReadonlyMap<string, FailingNode>
  }) {
    const { informers, clock, plans } = options
    this.#nodes = options.nodes
    const { informer } = this.#owned.use(informers.use(nodes))
    const look = (node: Stored<Node>) =>
      this.#set(this.#announced, node.metadata.name, announced(node))
    this.#owned.use(
      informer.on({
        added: look,
        updated: look,
        deleted: ({ metadata }) => this.#set(this.#announced, metadata.name, undefined),
      }),
    )
    for (const { name, failure } of plans) {
      if (!failure) continue
      const { kind, afterMs, forMs } = failure
      this.#owned.use(clock.after(afterMs, () => this.#set(this.#planned, name, kind)))
      if (forMs === undefined) continue
      this.#owned.use(clock.after(afterMs + forMs, () => this.#set(this.#planned, name, undefined)))
    }
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }

  #set(whose: Map<string, FailureKind>, name: string, kind: FailureKind | undefined): void {
    const before = this.#kindOf(name)
    if (kind) whose.set(name, kind)
    else whose.delete(name)
    const now = this.#kindOf(name)
    if (now !== before) this.#nodes.get(name)?.fail(now)
  }

  #kindOf(name: string): FailureKind | undefined {
    return this.#announced.get(name) ?? this.#planned.get(name)
  }
}

const announced = ({ metadata }: Node): FailureKind | undefined =>
  failureKinds.find(kind => metadata.annotations?.[failureAnnotation] === kind)
