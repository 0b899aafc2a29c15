import { useEffect, useRef, useState } from 'react'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { useCore, useSetting } from '../bridge/hooks.ts'
import type { ListRoute, Route } from '../bridge/route.ts'
import { lazily } from '../components/lazily.ts'
import { Part } from '../components/part.tsx'
import { SplitLine } from '../components/split-line.tsx'
import { EmptyState, Skeleton } from '../components/states.tsx'
import { OverviewPage } from '../views/overview/overview-page.tsx'
import { ResourceList } from '../views/resources/resource-list.tsx'
import { useResourceInfo } from '../views/shared/cluster.ts'
import { messageOf } from '../views/shared/operations.ts'
import styles from './cluster-area.module.css'
import { useMedia } from './use-media.ts'

/** Pages that few starts begin with. */
const ConnectScreen = lazily(() =>
  import('../views/clusters/connect-screen.tsx').then(loaded => loaded.ConnectScreen),
)
const StartScreen = lazily(() =>
  import('../views/clusters/start-screen.tsx').then(loaded => loaded.StartScreen),
)
const CreatePage = lazily(() =>
  import('../views/editor/create-page.tsx').then(loaded => loaded.CreatePage),
)
const EditPage = lazily(() =>
  import('../views/editor/edit-page.tsx').then(loaded => loaded.EditPage),
)
const ObjectView = lazily(() =>
  import('../views/object/object-view.tsx').then(loaded => loaded.ObjectView),
)
const ForwardsPage = lazily(() =>
  import('../views/forwards/forwards-page.tsx').then(loaded => loaded.ForwardsPage),
)

export type ClusterRoute = Exclude<Route, { page: 'clusters' }>

/**
 * Connects a cluster that a person went to: going there is what opens it. One that failed is tried again when its context
 * has changed, which is when it counts as not opened.
 */
export function useOpenCluster(summary: ClusterSummary | undefined) {
  const core = useCore()
  const [error, setError] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  const id = summary?.id
  const canOpen =
    summary !== undefined &&
    summary.connection !== 'connected' &&
    (!summary.local || summary.local.state === 'running')
  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt opens once, and a failure is not repeated by itself
  useEffect(() => {
    if (!id || !canOpen) return
    const abort = new AbortController()
    setError(undefined)
    core.call('clusters.open', { cluster: id }, abort.signal).catch(problem => {
      if (!abort.signal.aborted) setError(messageOf(problem))
    })
    return () => abort.abort()
  }, [id, canOpen, attempt])
  const retry = () => setAttempt(attempt + 1)
  const connection = summary?.connection
  const last = useRef({ id, connection })
  useEffect(() => {
    const { current } = last
    last.current = { id, connection }
    if (current.id === id && current.connection === 'failed' && connection === 'not-opened')
      setAttempt(now => now + 1)
  }, [id, connection])
  return { error, retry }
}

/** What stands instead of a cluster that doesn't answer. */
export function NotConnected({
  summary,
  error,
  onRetry,
}: {
  summary: ClusterSummary
  error: string | undefined
  onRetry: () => void
}) {
  const isStopped = summary.local && summary.local.state !== 'running'
  return (
    <Part of={summary.id} fallback={<Skeleton />}>
      {isStopped ? (
        <StartScreen cluster={summary} />
      ) : (
        <ConnectScreen cluster={summary} error={error} onRetry={onRetry} />
      )}
    </Part>
  )
}

/** The page that a place in a connected cluster stands for. */
export function ClusterPage({ route }: { route: ClusterRoute }) {
  return (
    <Part of={placeKey(route)} fallback={<Skeleton />}>
      <PageOf route={route} />
    </Part>
  )
}

/** Another place is another try for what failed. */
const placeKey = (route: ClusterRoute) =>
  'resource' in route
    ? JSON.stringify([route.cluster, route.page, route.resource, route.object])
    : `${route.cluster} ${route.page}`

function PageOf({ route }: { route: ClusterRoute }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />
    case 'create':
      return <CreatePage />
    case 'forwards':
      return <ForwardsPage />
    case 'edit':
      return <EditArea route={route} />
    case 'list':
      return <ListArea route={route} />
  }
}

function EditArea({ route }: { route: Extract<Route, { page: 'edit' }> }) {
  const info = useResourceInfo(route.resource)
  return info ? (
    <EditPage route={route} info={info} />
  ) : (
    <NotServed resource={route.resource.resource} />
  )
}

const drawer = { standard: 404, min: 360, max: 720 }
const asWidth = (value: unknown) => (typeof value === 'number' ? value : drawer.standard)

function ListArea({ route }: { route: ListRoute }) {
  const info = useResourceInfo(route.resource)
  const [width, setWidth] = useSetting('drawer.width', asWidth)
  const narrow = useMedia('(max-width: 1099px)')
  if (!info) return <NotServed resource={route.resource.resource} />
  const { object } = route
  const alone = object !== undefined && (route.full === true || narrow)
  return (
    <>
      {!alone && (
        <ResourceList
          key={`${route.cluster} ${route.resource.group} ${route.resource.resource}`}
          route={route}
          info={info}
        />
      )}
      {object && (
        <>
          {!alone && (
            <SplitLine
              label="Width of the details"
              grows="left"
              size={width}
              {...drawer}
              onSize={setWidth}
            />
          )}
          <aside
            className={alone ? styles['page'] : styles['drawer']}
            {...(!alone && { style: { width } })}
            aria-label={`${info.kind} ${object.name}`}
            data-region="drawer"
          >
            <Part of={placeKey(route)} fallback={<Skeleton />}>
              <ObjectView
                key={`${route.resource.resource} ${object.namespace} ${object.name}`}
                route={{ ...route, object }}
                info={info}
              />
            </Part>
          </aside>
        </>
      )}
    </>
  )
}

const NotServed = ({ resource }: { resource: string }) => (
  <EmptyState title={`This cluster doesn’t serve ${resource}`}>
    The kind may have been removed, or its API may be switched off here.
  </EmptyState>
)
