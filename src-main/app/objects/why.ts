import type { WhyPanel } from '#contract/objects.ts'
import { findCondition, list, number, object, text, type Untyped } from '../status/conditions.ts'

type Link = WhyPanel['chain'][number]

/**
 * Why an object is in trouble, in a sentence and from symptom to root, out of the object and the events about it.
 * Null while nothing is wrong.
 */
export function explain(of: Untyped, events: Untyped[]): WhyPanel | null {
  const warnings = events
    .filter(event => text(event['type']) === 'Warning')
    .toSorted((a, b) => text(b['lastTimestamp']).localeCompare(text(a['lastTimestamp'])))
  if (makesPods(of)) return explainWorkload(of, warnings)
  switch (text(of['kind'])) {
    case 'Pod':
      return explainPod(of, warnings)
    case 'Node':
      return explainNode(of)
    default:
      return null
  }
}

const workloads = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])

/** Whether the trouble of an object is that of pods. */
export const makesPods = (of: Untyped): boolean => workloads.has(text(of['kind']))

/** The pod that shows best what is wrong with its workload; undefined while all are well. */
export function podInTrouble(pods: readonly Untyped[]): Untyped | undefined {
  const isUnready = (pod: Untyped) =>
    findCondition(pod, 'Ready')?.status === 'False' && object(pod['status'])['phase'] === 'Running'
  return pods.find(pod => explainPod(pod, [])) ?? pods.find(isUnready)
}

/** What is said of a workload, with the pod that is the reason of it. */
export function explainByPod(
  own: WhyPanel | null,
  pod: Untyped,
  events: Untyped[],
): WhyPanel | null {
  const panel = explain(pod, events)
  if (!panel) return own
  // A container is changed from its pod.
  const { mend: _, ...reason } = panel
  const [first] = own?.chain ?? []
  const link: Link = {
    tone: 'bad',
    kind: 'Pod',
    name: nameOf(pod),
    evidence: text(object(pod['status'])['phase']),
  }
  return {
    ...reason,
    chain: [
      ...(first ? [first] : []),
      ...(reason.chain[0]?.kind === 'Pod' ? [] : [link]),
      ...reason.chain,
    ],
  }
}

function explainPod(pod: Untyped, warnings: Untyped[]): WhyPanel | null {
  const status = object(pod['status'])
  const unscheduled = findCondition(pod, 'PodScheduled')
  if (unscheduled?.status === 'False') {
    const isGated = unscheduled.reason === 'SchedulingGated'
    return {
      sentence: isGated ? 'Scheduling gates hold this pod up.' : 'No node takes this pod.',
      certain: true,
      chain: [
        {
          tone: 'warn',
          kind: 'Pod',
          name: nameOf(pod),
          evidence: unscheduled.reason ?? 'Unschedulable',
        },
        {
          tone: 'bad',
          kind: 'Scheduler',
          name: text(object(pod['spec'])['schedulerName']) || 'default-scheduler',
          evidence: unscheduled.message ?? '',
        },
      ],
    }
  }
  const containers = [
    ...list(status['initContainerStatuses']),
    ...list(status['containerStatuses']),
  ]
  for (const container of containers) {
    const panel = explainContainer(container, warnings)
    if (panel) return withLimit(panel, pod, container)
  }
  const failed = text(status['phase']) === 'Failed'
  if (failed && text(status['reason'])) {
    const evidence = text(status['message'])
    return {
      sentence: evidence || text(status['reason']),
      certain: true,
      chain: [{ tone: 'bad', kind: 'Pod', name: nameOf(pod), evidence }],
    }
  }
  const mount = warnings.find(event =>
    /^Failed(Mount|AttachVolume|CreatePodSandBox)$/.test(text(event['reason'])),
  )
  if (mount && text(status['phase']) === 'Pending') {
    return {
      sentence: 'The pod waits for what it needs before its containers can start.',
      certain: true,
      chain: [eventLink(mount)],
    }
  }
  return null
}

/** A container that runs out of memory is mended by a higher limit, where it has one. */
function withLimit(panel: WhyPanel, pod: Untyped, status: Untyped): WhyPanel {
  const ended = object(
    object(status['state'])['terminated'] ?? object(status['lastState'])['terminated'],
  )
  if (text(ended['reason']) !== 'OOMKilled') return panel
  const name = text(status['name'])
  const container = list(object(pod['spec'])['containers']).find(one => one['name'] === name)
  const value = text(object(object(container?.['resources'])['limits'])['memory'])
  return value ? { ...panel, mend: { what: 'memory', container: name, value } } : panel
}

function explainContainer(container: Untyped, warnings: Untyped[]): WhyPanel | null {
  const name = text(container['name'])
  const state = object(container['state'])
  const waiting = object(state['waiting'])
  const reason = text(waiting['reason'])
  const ended = object(state['terminated'] ?? object(container['lastState'])['terminated'])
  const link = (evidence: string): Link => ({ tone: 'bad', kind: 'Container', name, evidence })
  if (/ImagePull|ErrImage|InvalidImageName/.test(reason)) {
    const pull = warnings.find(event => text(event['message']).includes('Failed to pull image'))
    return {
      sentence: `The image ${text(container['image'])} cannot be had.`,
      certain: true,
      chain: [link(reason), ...(pull ? [eventLink(pull)] : [link(text(waiting['message']))])],
      mend: { what: 'image', container: name, value: text(container['image']) },
    }
  }
  if (/^Create|^RunContainer|^StartError/.test(reason)) {
    return {
      sentence: `${name} could not be made: ${text(waiting['message'])}`,
      certain: true,
      chain: [link(`${reason}: ${text(waiting['message'])}`)],
    }
  }
  if (reason === 'CrashLoopBackOff' || (state['terminated'] && number(ended['exitCode']) !== 0)) {
    return explainExit(name, container, ended, warnings)
  }
  const probe = warnings.find(event => text(event['reason']) === 'Unhealthy')
  if (container['ready'] !== true && state['running'] && probe) {
    return {
      sentence: `${name} runs, but its probe fails.`,
      certain: true,
      chain: [link('running, not ready'), eventLink(probe)],
    }
  }
  return null
}

function explainExit(
  name: string,
  container: Untyped,
  ended: Untyped,
  warnings: Untyped[],
): WhyPanel {
  const restarts = number(container['restartCount'])
  const killed = warnings.find(event => text(event['reason']) === 'Unhealthy')
  const outOfMemory = text(ended['reason']) === 'OOMKilled'
  const lasted = seconds(text(ended['startedAt']), text(ended['finishedAt']))
  const after =
    lasted === undefined
      ? ''
      : lasted
        ? ` about ${lasted} s after each start`
        : ' right after each start'
  const sentence = outOfMemory
    ? `${name} needs more memory than its limit allows and is killed.`
    : `${name} exits with code ${number(ended['exitCode'])}${restarts ? after : ''}.`
  const evidence = text(ended['message']).trim().split('\n').at(-1) ?? ''
  return {
    sentence,
    certain: true,
    chain: [
      {
        tone: 'bad',
        kind: 'Container',
        name,
        evidence: `${text(ended['reason']) || 'Error'}, exit code ${number(ended['exitCode'])}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
      },
      ...(killed ? [eventLink(killed)] : []),
      ...(evidence ? [{ tone: 'bad' as const, kind: 'Last line', name, evidence }] : []),
    ],
  }
}

function explainWorkload(workload: Untyped, warnings: Untyped[]): WhyPanel | null {
  const failed = findCondition(workload, 'ReplicaFailure')
  const stuck = findCondition(workload, 'Progressing')
  const bad = failed?.status === 'True' ? failed : stuck?.status === 'False' ? stuck : undefined
  if (!bad) return null
  const [latest] = warnings
  return {
    sentence: bad.message || bad.reason || 'The rollout does not progress.',
    certain: true,
    chain: [
      {
        tone: 'bad',
        kind: text(workload['kind']),
        name: nameOf(workload),
        evidence: `${bad.type}: ${bad.reason ?? ''}`,
      },
      ...(latest ? [eventLink(latest)] : []),
    ],
  }
}

function explainNode(node: Untyped): WhyPanel | null {
  const ready = findCondition(node, 'Ready')
  if (!ready || ready.status === 'True') return null
  const evidence = `${ready.reason ?? 'NotReady'}: ${ready.message ?? ''}`
  return {
    sentence: ready.message || 'The node is not ready.',
    certain: true,
    chain: [{ tone: 'bad', kind: 'Node', name: nameOf(node), evidence }],
  }
}

const nameOf = (of: Untyped) => text(object(of['metadata'])['name'])

const eventLink = (event: Untyped): Link => ({
  tone: 'bad',
  kind: 'Event',
  name: text(event['reason']),
  evidence: text(event['message']),
})

function seconds(start: string, end: string): number | undefined {
  const ms = Date.parse(end) - Date.parse(start)
  return Number.isFinite(ms) && ms >= 0 ? Math.round(ms / 1000) : undefined
}
