import { useMemo } from 'react'
import type { AccessQuestion } from '../../../src-main/contract/access.ts'
import type { ObjectName } from '../../../src-main/contract/objects.ts'
import type { Core } from '../../bridge/core.ts'
import { useCall } from '../../bridge/hooks.ts'
import type { MenuEntry } from '../../components/menu.tsx'
import { toast } from '../../components/toasts.tsx'

/** Something that can be done on a cluster, and what a person must be allowed for it. */
export interface Action extends MenuEntry {
  readonly cluster: string
  readonly needs: readonly AccessQuestion[]
}

/** The question whether a person may do something to an object. */
export const toObject = (
  { resource: { group, resource }, namespace, name }: ObjectName,
  verb: string,
  subresource?: string,
): AccessQuestion => ({
  verb,
  group,
  resource,
  ...(subresource && { subresource }),
  ...(namespace && { namespace }),
  name,
})

/** The question whether a person may use a subresource of the pods of a namespace. */
export const toPods = (
  namespace: string | undefined,
  verb: string,
  subresource: string,
): AccessQuestion => ({
  verb,
  group: '',
  resource: 'pods',
  subresource,
  ...(namespace && { namespace }),
})

/** The question whether a person may use a subresource of a pod, or of the pods that an object stands for. */
export const toPodsOf = (
  { object, kind }: { readonly object: ObjectName; readonly kind: string },
  verb: string,
  subresource: string,
): AccessQuestion =>
  kind === 'Pod' ? toObject(object, verb, subresource) : toPods(object.namespace, verb, subresource)

type Reasons = readonly (string | null)[]
const noReasons: Reasons = []

/** Why a person may not do each of these; null where they may, and as long as nobody knows. */
export function useRefusals(cluster: string, asked: readonly AccessQuestion[]): Reasons {
  const input = { cluster, asked: [...asked] }
  return useCall('access.review', input, asked.length > 0).data ?? noReasons
}

/** Why a person may create nothing in the namespaces that show; undefined while all of them do, since one is enough. */
export function useRefusalToCreate(
  cluster: string,
  namespaces: readonly string[],
): string | undefined {
  const input = { cluster, namespaces: [...namespaces] }
  return useCall('access.creating', input, namespaces.length > 0).data ?? undefined
}

const mostAsked = 20

/** Why a person may do something to none of these objects; one that they may is enough for trying. */
export function useRefusalOfAll(objects: readonly ObjectName[], verb: string): string | undefined {
  const asked = objects.length > mostAsked ? [] : objects.map(object => toObject(object, verb))
  const refusals = useRefusals(objects[0]?.cluster ?? '', asked)
  return refusals.every(refusal => refusal !== null) ? refusals[0] : undefined
}

/** Actions on one cluster; those that a person may not do say why. Ask where they are shown, not for every row. */
export function useAllowed<T extends Action>(actions: readonly T[]): T[] {
  const asked = actions.flatMap(({ reason, needs }) => (reason ? [] : needs))
  const refusals = useRefusals(actions[0]?.cluster ?? '', asked)
  return useMemo(() => withReasons(actions, refusals), [actions, refusals])
}

/** `refusals` answers what the actions without a reason need, in order. */
function withReasons<T extends Action>(actions: readonly T[], refusals: Reasons): T[] {
  let at = 0
  return actions.map(action => {
    if (action.reason) return action
    const own = refusals.slice(at, at + action.needs.length)
    at += action.needs.length
    const reason = own.find(refusal => refusal !== null)
    return reason ? { ...action, reason } : action
  })
}

const patienceMs = 1000

/** Does what a key stands for, unless the person may not: then it says why. A server that takes long decides itself. */
export async function runAllowed(core: Core, action: Action): Promise<void> {
  const { cluster, label, needs, onAction } = action
  const reason = action.reason ?? (needs.length ? await firstRefusal(core, cluster, needs) : null)
  if (reason)
    toast({ tone: 'info', title: `${label.replace('…', '')} isn’t allowed`, detail: reason })
  else onAction()
}

async function firstRefusal(
  core: Core,
  cluster: string,
  needs: readonly AccessQuestion[],
): Promise<string | null> {
  const patience = new Promise<Reasons>(resolve => setTimeout(resolve, patienceMs, noReasons))
  const review = core.call('access.review', { cluster, asked: [...needs] }).catch(() => noReasons)
  return (await Promise.race([review, patience])).find(refusal => refusal !== null) ?? null
}
