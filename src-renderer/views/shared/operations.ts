import type { ObjectName, WhyPanel, WriteResult } from '../../../src-main/contract/objects.ts'
import type { Revision } from '../../../src-main/contract/rollouts.ts'
import type { Core } from '../../bridge/core.ts'
import { Store } from '../../bridge/store.ts'
import { toast } from '../../components/toasts.tsx'
import { openTab } from './dock-store.ts'

/** An object with what a question about it needs. */
export interface Target {
  readonly object: ObjectName
  readonly kind: string
}

/** A question that stands over everything else. */
export type Question =
  | { readonly type: 'delete'; readonly targets: readonly Target[]; readonly onDone?: () => void }
  | { readonly type: 'scale'; readonly target: Target }
  | {
      readonly type: 'mend'
      readonly target: Target
      readonly mend: NonNullable<WhyPanel['mend']>
    }
  | { readonly type: 'undo'; readonly target: Target; readonly revision: Revision }
  | { readonly type: 'restart' | 'drain' | 'evict' | 'forward'; readonly target: Target }

export const question = new Store<Question | undefined>(undefined)

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** `Deployment cart`, or `3 objects`. */
export function nameTargets(targets: readonly Target[]): string {
  const [first] = targets
  if (targets.length === 1 && first) return `${first.kind} ${first.object.name}`
  const kinds = new Set(targets.map(({ kind }) => kind))
  return `${targets.length} ${kinds.size === 1 && first ? `${first.kind}s` : 'objects'}`
}

/** What went wrong with a write: the server's status and words, or the core's own where no server was asked. */
export const answerText = ({ code, reason, message }: NonNullable<WriteResult['error']>): string =>
  code ? `${code} ${reason}: ${message}` : message

/** Shows how a write went, with what can be done about it; the server's own words when it failed. True when it went well. */
export function report(
  done: string,
  results: readonly WriteResult[],
  action?: { readonly label: string; readonly run: () => void },
): boolean {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  if (!failed.length) {
    toast({ tone: 'ok', title: done, ...warnings(results), ...(action && { action }) })
    return true
  }
  for (const { kind, name, error } of failed.slice(0, 3)) {
    toast({
      tone: 'bad',
      title: `${kind} ${name} wasn’t changed`,
      ...(error && { detail: answerText(error) }),
    })
  }
  return false
}

function warnings(results: readonly WriteResult[]): { detail?: string } {
  const all = results.flatMap(result => result.warnings)
  return all.length ? { detail: all.join('\n') } : {}
}

/** Opens the log of an object: a pod's own, or of all pods of a workload in one. */
export async function openLogs(core: Core, { object, kind }: Target): Promise<void> {
  await withPods(core, { object, kind }, 'log', (pods, first) => {
    const all = kind !== 'Pod'
    const title = all ? object.name : first.pod
    openTab({ type: 'logs', title, target: first, pods, of: object, all })
  })
}

/** Opens a shell in the first container of an object. */
export async function openShell(core: Core, target: Target, container?: string): Promise<void> {
  await withPods(core, target, 'shell', (_pods, first) => {
    const chosen = { ...first, container: container ?? first.container }
    openTab({ type: 'shell', title: `Shell on ${first.pod}`, target: chosen })
  })
}

type Pods = readonly {
  readonly name: string
  readonly namespace: string
  readonly containers: readonly string[]
}[]

async function withPods(
  core: Core,
  { object, kind }: Target,
  what: string,
  open: (
    pods: Pods,
    first: { cluster: string; namespace: string; pod: string; container: string },
  ) => void,
): Promise<void> {
  try {
    const pods = await core.call('objects.pods', object)
    const [pod] = pods
    const [container] = pod?.containers ?? []
    if (!pod || !container) {
      toast({
        tone: 'info',
        title: `${kind} ${object.name} has no pods`,
        detail: `There is no ${what} to open.`,
      })
      return
    }
    open(pods, { cluster: object.cluster, namespace: pod.namespace, pod: pod.name, container })
  } catch (error) {
    toast({
      tone: 'bad',
      title: `The ${what} of ${kind} ${object.name} couldn't be opened`,
      detail: messageOf(error),
    })
  }
}
