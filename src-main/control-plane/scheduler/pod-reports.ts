import { type Clock, formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { EventRecorder } from '#client/events.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { PodInfo } from './pod-info.ts'

/** Tells of pods, in events and in their `PodScheduled` condition, what came of scheduling them. */
export class PodReports {
  readonly #client: Client
  readonly #clock: Clock
  readonly #logger: Logger
  readonly recorder: EventRecorder

  constructor(options: { client: Client; clock: Clock; logger: Logger; recorder: EventRecorder }) {
    this.#client = options.client
    this.#clock = options.clock
    this.#logger = options.logger
    this.recorder = options.recorder
  }

  scheduled({ pod }: PodInfo, node: string): void {
    const { namespace = '', name } = pod.metadata
    const message = `Successfully assigned ${namespace}/${name} to ${node}`
    this.#note(pod, { type: 'Normal', reason: 'Scheduled', action: 'Binding', message })
  }

  /** Says which node a pod is to have once its volumes are there. What can't be written is left. */
  async promised({ pod, key }: PodInfo, node: string): Promise<void> {
    if (pod.status?.nominatedNodeName === node) return
    try {
      const patch = { metadata: { uid: pod.metadata.uid }, status: { nominatedNodeName: node } }
      await this.#client.patch(pods, pod.metadata, patch, {
        type: 'strategic',
        subresource: 'status',
      })
    } catch (error) {
      this.#logger.debug('could not say where a pod is to go', {
        pod: key,
        error: errorMessage(error),
      })
    }
  }

  /**
   * Says why a pod has no node, and which node it is to have: an empty one takes back what was said, none leaves it.
   * What can't be written is left: the pod will be tried again.
   */
  async failed(
    info: PodInfo,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    nominatedNode?: string,
  ): Promise<void> {
    const action = 'Scheduling'
    this.#note(info.pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      action,
      message: shortened(message),
    })
    try {
      await this.#writeCondition(info.pod, { reason, message, nominatedNode })
    } catch (error) {
      if (isNotFound(error)) return
      const why = errorMessage(error)
      this.#logger.debug('could not say why a pod waits', { pod: info.key, error: why })
    }
  }

  /** Unless the pod says so already. */
  async #writeCondition(
    pod: Stored<Pod>,
    told: { reason: string; message: string; nominatedNode: string | undefined },
  ): Promise<void> {
    const { reason, message, nominatedNode } = told
    const known = podCondition(pod, 'PodScheduled')
    const isPromised = (pod.status?.nominatedNodeName ?? '') === (nominatedNode ?? '')
    const isSaid = known?.status === 'False' && known.reason === reason && known.message === message
    if (isSaid && (nominatedNode === undefined || isPromised)) return
    const lastTransitionTime =
      known?.status === 'False' && known.lastTransitionTime
        ? known.lastTransitionTime
        : formatTime(this.#clock.now())
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime }
    await this.#client.patch(
      pods,
      pod.metadata,
      {
        metadata: { uid: pod.metadata.uid },
        status: {
          conditions: [condition],
          ...(nominatedNode === undefined ? {} : { nominatedNodeName: nominatedNode || null }),
        },
      },
      { type: 'strategic', subresource: 'status' },
    )
  }

  #note(
    pod: Stored<Pod>,
    note: { type: 'Normal' | 'Warning'; reason: string; action: string; message: string },
  ): void {
    this.recorder.record(pod, note, { apiVersion: 'v1', kind: 'Pod' })
  }
}

/** As long as an event's message may be; the condition tells the whole. */
const maxMessage = 1024
const ellipsis = ' ...'

const shortened = (message: string): string =>
  message.length <= maxMessage
    ? message
    : `${message.slice(0, maxMessage - ellipsis.length)}${ellipsis}`
