import {
  Cable,
  Copy,
  History,
  Pencil,
  RefreshCw,
  ScrollText,
  SlidersHorizontal,
  SquareTerminal,
  Trash2,
} from 'lucide-react'
import type { ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import type { Core } from '../../bridge/core.ts'
import { navigate } from '../../bridge/location.ts'
import { presentationOf } from '../../kinds/index.ts'
import { type Action, runAllowed, toObject, toPodsOf } from './access.ts'
import { copyText } from './copy.ts'
import { kindActions } from './kind-actions.ts'
import { openLogs, openShell, question, type Target } from './operations.ts'

/**
 * Everything that can be done to an object, in key order; what the server doesn't allow says why. `held`: a person
 * switched it off, as a cordoned node is.
 */
export function objectActions(
  core: Core,
  object: ObjectName,
  info: ResourceInfo,
  held = false,
): Action[] {
  const target: Target = { object, kind: info.kind }
  const kind = presentationOf(info)
  const lacks = (verb: string) =>
    info.verbs.includes(verb) ? {} : { reason: `the server has no ${verb} for ${info.resource}` }
  const may = (verb: string, subresource?: string) => [toObject(object, verb, subresource)]
  const mayUsePods = (verb: string, subresource: string) => [toPodsOf(target, verb, subresource)]
  const actions: (Omit<Action, 'cluster'> | false | undefined)[] = [
    kind.workload && {
      id: 'logs',
      label: 'Logs',
      icon: ScrollText,
      shortcut: 'L',
      needs: mayUsePods('get', 'log'),
      onAction: () => void openLogs(core, target),
    },
    kind.hasContainers && {
      id: 'shell',
      label: 'Shell',
      icon: SquareTerminal,
      shortcut: 'S',
      needs: mayUsePods('create', 'exec'),
      onAction: () => void openShell(core, target),
    },
    (kind.workload || kind.selectsPods) && {
      id: 'forward',
      label: 'Forward a port…',
      icon: Cable,
      shortcut: 'F',
      needs: mayUsePods('create', 'portforward'),
      onAction: () => question.set({ type: 'forward', target }),
    },
    {
      id: 'edit',
      label: 'Edit',
      icon: Pencil,
      shortcut: 'E',
      ...lacks('update'),
      needs: may('update'),
      onAction: () =>
        navigate({
          page: 'edit',
          cluster: object.cluster,
          resource: object.resource,
          object: keyOf(object),
        }),
    },
    info.subresources.includes('scale') && {
      id: 'scale',
      label: 'Scale…',
      icon: SlidersHorizontal,
      needs: may('patch', 'scale'),
      onAction: () => question.set({ type: 'scale', target }),
    },
    kind.restartable && {
      id: 'restart',
      label: 'Restart…',
      icon: RefreshCw,
      needs: may('patch'),
      onAction: () => question.set({ type: 'restart', target }),
    },
    kind.hasRevisions && {
      id: 'rollout',
      label: 'Rollout history',
      icon: History,
      needs: [],
      onAction: () =>
        navigate({
          page: 'list',
          cluster: object.cluster,
          resource: object.resource,
          list: { filter: '' },
          object: keyOf(object),
          tab: 'rollout',
        }),
    },
    ...kindActions(core, target, held),
    {
      id: 'copy',
      label: 'Copy name',
      icon: Copy,
      apart: true,
      needs: [],
      onAction: () => void copyText(object.name, 'Name'),
    },
    {
      id: 'delete',
      label: 'Delete…',
      icon: Trash2,
      shortcut: 'Del',
      destructive: true,
      apart: true,
      ...lacks('delete'),
      needs: may('delete'),
      onAction: () => question.set({ type: 'delete', targets: [target] }),
    },
  ]
  return actions
    .filter(action => action !== false && action !== undefined)
    .map(action => ({ ...action, cluster: object.cluster }))
}

const keyOf = ({ name, namespace }: ObjectName) => ({ name, ...(namespace && { namespace }) })

const byKey: Record<string, string> = {
  l: 'logs',
  s: 'shell',
  f: 'forward',
  e: 'edit',
  Delete: 'delete',
}

/** Runs the action that a key stands for, or says why it may not; false when it stands for none here. */
export function runKey(core: Core, key: string, actions: readonly Action[]): boolean {
  const action = actions.find(({ id }) => id === byKey[key])
  if (action) void runAllowed(core, action)
  return action !== undefined
}
