import { isDeepStrictEqual } from 'node:util'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PodStatus } from '#kubernetes/api/core-v1.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import type { BoundPod } from '../pod-facts.ts'

const firstRetryMs = 500
const maxRetryMs = 10_000

/** Writes one pod's status: the newest wins, what didn't change isn't written, and an absent API server is waited for. */
export class StatusWriter {
  readonly #options: { client: Client; clock: Clock; logger: Logger; signal: AbortSignal }
  #wanted: { pod: BoundPod; status: PodStatus } | undefined
  #written: PodStatus
  /** The pod's resource version after the last write; what the informer shows from before it says nothing new. */
  #version = 0
  #flushing: Promise<void> | undefined

  /** `known` is the status that the API already has. */
  constructor(
    known: PodStatus | undefined,
    options: { client: Client; clock: Clock; logger: Logger; signal: AbortSignal },
  ) {
    this.#written = known ?? {}
    this.#options = options
  }

  /** The status that the API has, as far as we know. */
  get written(): PodStatus {
    return this.#written
  }

  /** The pod with the newest status, which the API may not have yet. */
  newest(pod: BoundPod): BoundPod {
    return { ...pod, status: mergedStatus(pod.status, this.#written) }
  }

  /** Wants a status to be written, soon. */
  set(pod: BoundPod, status: PodStatus): void {
    this.#wanted = { pod, status }
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined
    })
  }

  /**
   * Looks at the pod as the API has it. True when somebody else changed what we wrote, as the node controller does with
   * the pods of a node that was silent: the status then has to be set again.
   */
  observe({ metadata, status = {} }: BoundPod): boolean {
    if (this.#flushing || Number(metadata.resourceVersion) < this.#version) return false
    if (showsSameState(this.#written, status)) return false
    this.#written = status
    return true
  }

  /** Resolves when the newest status was written, or can't be any more. */
  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing
  }

  async #flush(): Promise<void> {
    const { client, clock, logger, signal } = this.#options
    let retryMs = firstRetryMs
    while (this.#wanted && !signal.aborted) {
      const { pod, status } = this.#wanted
      this.#wanted = undefined
      const patch = statusPatch(this.#written, status)
      if (!patch) continue
      const { name, namespace, uid } = pod.metadata
      try {
        const stored = await client.patch(
          pods,
          { name, namespace },
          { metadata: { uid }, status: patch },
          { type: 'strategic', subresource: 'status', signal },
        )
        this.#version = Number(stored.metadata.resourceVersion)
        this.#written = { ...this.#written, ...status }
        retryMs = firstRetryMs
        if (!showsSameState(status, stored.status)) {
          this.#written = stored.status ?? {}
          this.#wanted ??= { pod, status }
        }
      } catch (error) {
        if (isNotFound(error) || isConflict(error) || isAbort(error)) continue
        logger.warn('could not write the status of a pod; will retry', {
          pod: `${namespace}/${name}`,
          error: errorMessage(error),
        })
        this.#wanted ??= { pod, status }
        await sleep(clock, retryMs, signal).catch(() => {})
        retryMs = Math.min(retryMs * 2, maxRetryMs)
      }
    }
  }
}

/** Conditions of ours that a status has only while they hold. */
const passing = ['PodResizePending', 'PodResizeInProgress']

/** A strategic merge patch from one status to another, of the fields we own; undefined when they are equal. */
export function statusPatch(from: PodStatus, to: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(to)) {
    const before = from[key as keyof PodStatus]
    if (key === 'conditions') {
      const changed = (to.conditions ?? []).filter(
        condition => !isDeepStrictEqual(condition, findCondition(from, condition.type)),
      )
      const passed = passing.filter(type => findCondition(from, type) && !findCondition(to, type))
      const deletions = passed.map(type => ({ type, $patch: 'delete' }))
      if (changed.length + deletions.length) patch['conditions'] = [...changed, ...deletions]
    } else if (!isDeepStrictEqual(before, value)) {
      const merges = key === 'podIPs' || key === 'hostIPs'
      patch[key] = merges && before ? [...(value as object[]), { $patch: 'replace' }] : value
    }
  }
  return Object.keys(patch).length ? patch : undefined
}

/** Whether the phase and all our conditions are what the other status says. */
function showsSameState(ours: PodStatus, theirs: PodStatus | undefined): boolean {
  const isAsOurs = ({ type, status }: { type: string; status: string }) =>
    theirs?.conditions?.find(one => one.type === type)?.status === status
  return ours.phase === theirs?.phase && (ours.conditions ?? []).every(isAsOurs)
}

function findCondition(status: PodStatus, type: string) {
  const condition = status.conditions?.find(one => one.type === type)
  if (!condition) return undefined
  const { lastProbeTime: _, ...rest } = condition
  return rest
}

/** What the API has and we wrote, whichever is newer: our own fields as written, others' conditions as they are. */
function mergedStatus(seen: PodStatus | undefined, written: PodStatus): PodStatus {
  const own = written.conditions ?? []
  const others = (seen?.conditions ?? []).filter(({ type }) => !own.some(one => one.type === type))
  return { ...seen, ...written, conditions: [...own, ...others] }
}
