import {
  findCondition,
  list,
  number,
  object,
  type RowStatus,
  text,
  type Untyped,
} from './conditions.ts'

/** Cells of the server's table by column name, which some kinds' words are taken from. */
export type CellsByName = Record<string, unknown>

type StatusOf = (object: Untyped, cells: CellsByName) => RowStatus | undefined

const rolledOut: StatusOf = workload => {
  const status = object(workload['status'])
  const spec = object(workload['spec'])
  const wanted = number(spec['replicas'] ?? 1)
  const ready = number(status['readyReplicas'])
  const failed = findCondition(workload, 'ReplicaFailure')
  const progressing = findCondition(workload, 'Progressing')
  if (failed?.status === 'True') {
    return { word: failed.reason ?? 'ReplicaFailure', tone: 'bad', message: failed.message ?? '' }
  }
  if (progressing?.status === 'False') {
    return { word: progressing.reason ?? 'Failed', tone: 'bad', message: progressing.message ?? '' }
  }
  if (spec['paused'] === true) return { word: 'Paused', tone: 'warn' }
  if (wanted === 0) return { word: 'Scaled to 0', tone: 'idle' }
  const updated = status['updatedReplicas']
  const behind = typeof updated === 'number' && updated < wanted
  const unseen =
    number(status['observedGeneration']) < number(object(workload['metadata'])['generation'])
  if (behind || unseen) return { word: 'Rolling out', tone: 'busy' }
  return ready < wanted ? { word: 'Not ready', tone: 'warn' } : { word: 'Available', tone: 'ok' }
}

const daemonSet: StatusOf = set => {
  const status = object(set['status'])
  const wanted = number(status['desiredNumberScheduled'])
  return number(status['numberReady']) < wanted
    ? { word: 'Not ready', tone: 'warn' }
    : { word: 'Available', tone: wanted ? 'ok' : 'idle' }
}

const job: StatusOf = job => {
  const failed = findCondition(job, 'Failed')
  if (failed?.status === 'True')
    return { word: 'Failed', tone: 'bad', message: failed.message ?? '' }
  if (findCondition(job, 'Complete')?.status === 'True') return { word: 'Completed', tone: 'idle' }
  return findCondition(job, 'Suspended')?.status === 'True'
    ? { word: 'Suspended', tone: 'idle' }
    : { word: 'Running', tone: 'busy' }
}

const cronJob: StatusOf = cronJob => {
  if (object(cronJob['spec'])['suspend'] === true) return { word: 'Suspended', tone: 'idle' }
  return list(object(cronJob['status'])['active']).length
    ? { word: 'Active', tone: 'busy' }
    : { word: 'Scheduled', tone: 'ok' }
}

const autoscaler: StatusOf = autoscaler => {
  const able = findCondition(autoscaler, 'AbleToScale')
  const active = findCondition(autoscaler, 'ScalingActive')
  const bad = [able, active].find(condition => condition?.status === 'False')
  if (bad) return { word: bad.reason ?? bad.type, tone: 'warn', message: bad.message ?? '' }
  return active ? { word: 'Active', tone: 'ok' } : { word: 'Unknown', tone: 'idle' }
}

const definition: StatusOf = definition => {
  const established = findCondition(definition, 'Established')
  const refused = findCondition(definition, 'NamesAccepted')
  if (refused?.status === 'False')
    return {
      word: refused.reason ?? 'NamesNotAccepted',
      tone: 'bad',
      message: refused.message ?? '',
    }
  return established?.status === 'True'
    ? { word: 'Established', tone: 'ok' }
    : { word: 'Not established', tone: 'busy' }
}

const node: StatusOf = (node, cells) => {
  const word = text(cells['Status']) || 'Unknown'
  const message = findCondition(node, 'Ready')?.message
  const tone = word.startsWith('NotReady')
    ? 'bad'
    : word.startsWith('Unknown')
      ? 'idle'
      : word.includes(',')
        ? 'warn'
        : 'ok'
  return { word, tone, ...(message && tone !== 'ok' ? { message } : {}) }
}

const phase: StatusOf = of => {
  const word = object(of['metadata'])['deletionTimestamp']
    ? 'Terminating'
    : text(object(of['status'])['phase'])
  if (!word) return undefined
  const tones: Record<string, RowStatus['tone']> = {
    Active: 'ok',
    Bound: 'ok',
    Available: 'ok',
    Released: 'idle',
    Pending: 'warn',
    Terminating: 'warn',
    Lost: 'bad',
    Failed: 'bad',
  }
  return { word, tone: tones[word] ?? 'idle' }
}

const event: StatusOf = event =>
  text(event['type']) === 'Warning'
    ? { word: 'Warning', tone: 'warn' }
    : { word: text(event['type']), tone: 'idle' }

const byKind: Record<string, StatusOf> = {
  Deployment: rolledOut,
  ReplicaSet: rolledOut,
  StatefulSet: rolledOut,
  ReplicationController: rolledOut,
  DaemonSet: daemonSet,
  Job: job,
  CronJob: cronJob,
  HorizontalPodAutoscaler: autoscaler,
  CustomResourceDefinition: definition,
  Node: node,
  Namespace: phase,
  PersistentVolume: phase,
  PersistentVolumeClaim: phase,
  Event: event,
}

/** The state of an object that is no pod; custom kinds are judged by a Ready condition, and others have none. */
export function objectStatus(of: Untyped, kind: string, cells: CellsByName): RowStatus | undefined {
  const known = byKind[kind]
  if (known) return known(of, cells)
  if (object(of['metadata'])['deletionTimestamp']) return { word: 'Terminating', tone: 'warn' }
  const ready = findCondition(of, 'Ready')
  if (!ready) return undefined
  if (ready.status === 'True') return { word: 'Ready', tone: 'ok' }
  return {
    word: ready.reason || 'Not ready',
    tone: ready.status === 'False' ? 'warn' : 'idle',
    ...(ready.message ? { message: ready.message } : {}),
  }
}
