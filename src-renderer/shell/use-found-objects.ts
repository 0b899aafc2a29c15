import { useEffect, useMemo, useState } from 'react'
import type { OutputOf } from '../../src-main/contract/contract.ts'
import type { Core } from '../bridge/core.ts'
import { useCore } from '../bridge/hooks.ts'
import { navigate } from '../bridge/location.ts'
import { glyphOf } from '../kinds/status.ts'
import { objectActions } from '../views/shared/actions.ts'
import { type ClusterView, findResource, useCluster } from '../views/shared/cluster.ts'
import { type Command, keepsToGroup } from './palette-search.ts'

type Answer = OutputOf<'objects.find'>

const nothing: Answer = { found: [], more: 0 }
const leastText = 2
const pauseMs = 120
const actionsOfBest = 5

/** Objects of the shown cluster that a query names, then what can be done with the best of them. */
export function useFoundObjects(query: string) {
  const core = useCore()
  const cluster = useCluster()
  const [answer, setAnswer] = useState(nothing)
  const [busy, setBusy] = useState(false)
  const text = query.trim()
  const searches = text.length >= leastText && !keepsToGroup(query) && cluster.resources.length > 0
  const { id, namespaces } = cluster
  useEffect(() => {
    if (!searches) {
      setAnswer(nothing)
      return
    }
    const abort = new AbortController()
    setBusy(true)
    const timer = setTimeout(() => {
      core
        .call('objects.find', { cluster: id, text, namespaces: [...namespaces] }, abort.signal)
        .then(setAnswer, () => undefined)
        .finally(() => abort.signal.aborted || setBusy(false))
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [core, id, namespaces, text, searches])
  const commands = useMemo(() => objectCommands(core, cluster, answer), [core, cluster, answer])
  return { commands, more: answer.more, busy: searches && busy }
}

function objectCommands(core: Core, cluster: ClusterView, { found }: Answer): Command[] {
  const objects = found.map((one): Command => {
    const { resource, kind, name, namespace, status, held } = one
    const key = { name, ...(namespace && { namespace }) }
    const object = { cluster: cluster.id, resource, ...key }
    const info = findResource(cluster.resources, resource)
    const entries = info ? objectActions(core, object, info, held) : []
    return {
      id: `${resource.resource}.${resource.group} ${namespace} ${name}`,
      group: 'Objects',
      label: name,
      detail: [namespace ? `${kind} in ${namespace}` : kind, status?.word]
        .filter(Boolean)
        .join(', '),
      glyph: status ? glyphOf(status) : { shape: 'dash', tone: 'idle' },
      actions: entries.map(action => ({
        id: action.id,
        group: 'Actions',
        label: action.label,
        detail: `${kind} ${name}`,
        ...(action.icon && { icon: action.icon }),
        action,
        run: action.onAction,
      })),
      run: () =>
        navigate({
          page: 'list',
          cluster: cluster.id,
          resource,
          list: { filter: '' },
          object: key,
        }),
    }
  })
  return [...objects, ...(objects[0]?.actions?.slice(0, actionsOfBest) ?? [])]
}
