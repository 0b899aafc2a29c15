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
import type { MenuEntry } from '../../components/menu.tsx'
import { presentationOf } from '../../kinds/index.ts'
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
): MenuEntry[] {
  const target: Target = { object, kind: info.kind }
  const kind = presentationOf(info)
  const needs = (verb: string) =>
    info.verbs.includes(verb) ? {} : { reason: `the server has no ${verb} for ${info.resource}` }
  const actions: (MenuEntry | false | undefined)[] = [
    kind.workload && {
      id: 'logs',
      label: 'Logs',
      icon: ScrollText,
      shortcut: 'L',
      onAction: () => void openLogs(core, target),
    },
    kind.hasContainers && {
      id: 'shell',
      label: 'Shell',
      icon: SquareTerminal,
      shortcut: 'S',
      onAction: () => void openShell(core, target),
    },
    (kind.workload || kind.selectsPods) && {
      id: 'forward',
      label: 'Forward a port…',
      icon: Cable,
      shortcut: 'F',
      onAction: () => question.set({ type: 'forward', target }),
    },
    {
      id: 'edit',
      label: 'Edit',
      icon: Pencil,
      shortcut: 'E',
      ...needs('update'),
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
      onAction: () => question.set({ type: 'scale', target }),
    },
    kind.restartable && {
      id: 'restart',
      label: 'Restart…',
      icon: RefreshCw,
      onAction: () => question.set({ type: 'restart', target }),
    },
    kind.hasRevisions && {
      id: 'rollout',
      label: 'Rollout history',
      icon: History,
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
      onAction: () => void copyText(object.name, 'Name'),
    },
    {
      id: 'delete',
      label: 'Delete…',
      icon: Trash2,
      shortcut: 'Del',
      destructive: true,
      apart: true,
      ...needs('delete'),
      onAction: () => question.set({ type: 'delete', targets: [target] }),
    },
  ]
  return actions.filter(action => action !== false && action !== undefined)
}

const keyOf = ({ name, namespace }: ObjectName) => ({ name, ...(namespace && { namespace }) })

const byKey: Record<string, string> = {
  l: 'logs',
  s: 'shell',
  f: 'forward',
  e: 'edit',
  Delete: 'delete',
}

/** Runs the action that a key stands for; false when it stands for none here. */
export function runKey(key: string, actions: readonly MenuEntry[]): boolean {
  const action = actions.find(({ id, reason }) => id === byKey[key] && !reason)
  action?.onAction()
  return action !== undefined
}
