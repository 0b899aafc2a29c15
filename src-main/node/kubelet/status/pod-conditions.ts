import { formatTime } from '#base/clock.ts'
import type { ContainerStatus, PodCondition, PodStatus } from '#kubernetes/api/core-v1.ts'
import { type BoundPod, isSidecar } from '../pod-facts.ts'

export interface ConditionsInput {
  pod: BoundPod
  phase: PodStatus['phase']
  init: ContainerStatus[]
  containers: ContainerStatus[]
  hasSandbox: boolean
  /** Milliseconds since the epoch. */
  now: number
}

/** The conditions that the kubelet owns, with the transition times of those that stayed as they were. */
export function podConditions(input: ConditionsInput): PodCondition[] {
  const { pod, now } = input
  const wanted: PodCondition[] = [
    { type: 'PodReadyToStartContainers', status: text(input.hasSandbox) },
    initialized(input),
    ready(input),
    containersReady(input),
    { type: 'PodScheduled', status: 'True' },
  ]
  return wanted.map(condition => {
    const before = pod.status?.conditions?.find(({ type }) => type === condition.type)
    return {
      ...condition,
      lastTransitionTime:
        before?.status === condition.status && before.lastTransitionTime
          ? before.lastTransitionTime
          : formatTime(now),
      ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    }
  })
}

function initialized({ pod, phase, init }: ConditionsInput): PodCondition {
  const type = 'Initialized'
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' }
  const incomplete = (pod.spec.initContainers ?? []).filter(container => {
    const status = init.find(({ name }) => name === container.name)
    return isSidecar(container) ? !status?.started : !status?.ready
  })
  if (!incomplete.length) return { type, status: 'True' }
  const message = `containers with incomplete status: [${names(incomplete)}]`
  return { type, status: 'False', reason: 'ContainersNotInitialized', message }
}

function containersReady({ pod, phase, init, containers }: ConditionsInput): PodCondition {
  const type = 'ContainersReady'
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' }
  const expected = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers]
  const statuses = [...init, ...containers]
  const unready = expected.filter(({ name }) => !statuses.find(one => one.name === name)?.ready)
  if (!unready.length) return { type, status: 'True' }
  const message = `containers with unready status: [${names(unready)}]`
  return { type, status: 'False', reason: 'ContainersNotReady', message }
}

function ready(input: ConditionsInput): PodCondition {
  const { pod } = input
  const containers = containersReady(input)
  if (containers.status !== 'True') return { ...containers, type: 'Ready' }
  const missing = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType)
    if (!condition)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    if (condition.status === 'True') return []
    return [
      `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
    ]
  })
  if (!missing.length) return { type: 'Ready', status: 'True' }
  const message = missing.join(', ')
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message }
}

const names = (containers: { name: string }[]) => containers.map(({ name }) => name).join(' ')

const text = (value: boolean) => (value ? 'True' : 'False')
