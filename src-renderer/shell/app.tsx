import { X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { useCall, useCore, useLive, useSetting, useStore } from '../bridge/hooks.ts'
import { currentRoute, navigate, useRoute } from '../bridge/location.ts'
import type { Route } from '../bridge/route.ts'
import { IconButton } from '../components/button.tsx'
import { classNames } from '../components/class-names.ts'
import { lazily } from '../components/lazily.ts'
import { Part } from '../components/part.tsx'
import { SplitLine } from '../components/split-line.tsx'
import { EmptyState, ErrorState, Note, Skeleton } from '../components/states.tsx'
import { Toasts, toast } from '../components/toasts.tsx'
import { applyAppearance } from '../theme/theme.ts'
import { Dock } from '../views/dock/dock.tsx'
import { Questions } from '../views/operate/questions.tsx'
import { objectActions, runKey } from '../views/shared/actions.ts'
import { useAppearance } from '../views/shared/appearance.ts'
import {
  ClusterProvider,
  findResource,
  useClusters,
  useResources,
} from '../views/shared/cluster.ts'
import styles from './app.module.css'
import { ClusterPage, NotConnected, useOpenCluster } from './cluster-area.tsx'
import { useKeyboard } from './keyboard.ts'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { nodeOfPlace, Sidebar } from './sidebar.tsx'
import { StatusBar } from './status-bar.tsx'
import { TopBar } from './top-bar.tsx'
import { useNamespaces } from './use-namespaces.ts'
import { useSidebar } from './use-sidebar.ts'

/** What few starts begin with is loaded when it is wanted. */
const ClustersPage = lazily(() =>
  import('../views/clusters/clusters-page.tsx').then(loaded => loaded.ClustersPage),
)
const HelpDialog = lazily(() => import('./help-dialog.tsx').then(loaded => loaded.HelpDialog))

const side = { standard: 208, min: 176, max: 320 }
const asWidth = (value: unknown) => (typeof value === 'number' ? value : side.standard)
const noClusters: readonly ClusterSummary[] = []

/** The frame of the window and what stands in it. */
export function App() {
  const core = useCore()
  const route = useRoute()
  const known = useClusters()
  const clusters = known ?? noClusters
  const [appearance] = useAppearance()
  useEffect(() => applyAppearance(appearance), [appearance])
  useNotices()
  useStartPlace(known)

  const id = route.page === 'clusters' ? '' : route.cluster
  const summary = clusters.find(cluster => cluster.id === id)
  const { error, retry } = useOpenCluster(summary)
  const { resources, ...discovery } = useResources(id, summary?.connection === 'connected')
  const isReady =
    summary !== undefined && summary.connection !== 'not-opened' && resources.length > 0
  const [namespaces, setNamespaces] = useNamespaces(route)
  const cluster = useMemo(
    () => ({ id, name: summary?.name ?? '', summary, resources, namespaces }),
    [id, summary, resources, namespaces],
  )
  const sidebar = useSidebar(route)
  const [width, setWidth] = useSetting('sidebar.width', asWidth)
  const [help, setHelp] = useState(false)
  const [palette, setPalette] = useState(false)
  const showHelp = useCallback(() => setHelp(true), [])
  const showPalette = useCallback(() => setPalette(true), [])
  useKeyboard({
    onHelp: showHelp,
    onPalette: showPalette,
    onSidebar: sidebar.toggle,
    onEscape: () => stepOut(currentRoute()),
    onKey: key => {
      if (route.page !== 'list' || !route.object) return false
      if (key === 'y') {
        navigate({ ...route, tab: 'yaml' })
        return true
      }
      const info = findResource(resources, route.resource)
      if (!info) return false
      return runKey(
        core,
        key,
        objectActions(core, { cluster: id, resource: route.resource, ...route.object }, info),
      )
    },
  })

  return (
    <ClusterProvider value={cluster}>
      <div className={styles['window']}>
        <TopBar
          clusters={clusters}
          current={summary}
          isReady={isReady}
          namespaces={namespaces}
          onNamespaces={setNamespaces}
          onSidebar={sidebar.toggle}
          onPalette={showPalette}
        />
        <div className={styles['middle']}>
          <Rail clusters={clusters} current={id || undefined} onHelp={showHelp} />
          {isReady && sidebar.isShown && (
            <>
              <div
                className={classNames(styles['side'], sidebar.isOverlay && styles['over'])}
                style={{ width: width === side.standard ? 'var(--side)' : width }}
              >
                <Sidebar current={nodeOfPlace(route)} dimmed={summary.connection !== 'connected'} />
              </div>
              <SplitLine
                label="Width of the sidebar"
                grows="right"
                size={width}
                {...side}
                onSize={setWidth}
              />
            </>
          )}
          <main className={styles['work']}>
            <Banners summary={summary} />
            <div className={styles['stage']}>
              {route.page === 'clusters' ? (
                <Part of="clusters" fallback={<Skeleton />}>
                  <ClustersPage creating={route.create} />
                </Part>
              ) : isReady ? (
                <ClusterPage route={route} />
              ) : !known ? (
                <Skeleton />
              ) : !summary ? (
                <EmptyState title="There is no such cluster">
                  It may have been deleted, or its context was taken out of the kubeconfig.
                </EmptyState>
              ) : discovery.error ? (
                <ErrorState
                  title={`What ${summary.name} serves can’t be read`}
                  message={discovery.error.message}
                  onRetry={discovery.retry}
                />
              ) : summary.connection === 'connected' ? (
                <Skeleton />
              ) : (
                <NotConnected summary={summary} error={error} onRetry={retry} />
              )}
            </div>
            <Dock />
          </main>
        </div>
        <StatusBar clusters={clusters} current={summary} />
      </div>
      <Questions />
      <Toasts />
      <Part
        of={`${help} ${palette}`}
        onFailure={detail => {
          setHelp(false)
          setPalette(false)
          toast({ tone: 'bad', title: 'What was asked for could not be shown', detail })
        }}
      >
        {help && <HelpDialog onClose={() => setHelp(false)} />}
        {palette && (
          <Palette clusters={clusters} onClose={() => setPalette(false)} onHelp={showHelp} />
        )}
      </Part>
    </ClusterProvider>
  )
}

/** One step out: the details, then the filter. */
function stepOut(route: Route): void {
  if (route.page === 'clusters' && route.create) navigate({ page: 'clusters', create: false })
  if (route.page !== 'list') return
  const { object, full: _, tab: __, ...rest } = route
  if (object) navigate(rest)
  else if (rest.list.filter || rest.list.group) {
    const { group: ___, ...list } = rest.list
    navigate({ ...rest, list: { ...list, filter: '' } }, { replace: true })
  }
}

/** Without a place in the URL the window opens on the first local cluster. */
function useStartPlace(clusters: readonly ClusterSummary[] | undefined): void {
  useEffect(() => {
    if (!clusters || location.hash.length > 1) return
    const own = clusters.find(({ kind }) => kind === 'local')
    navigate(own ? { page: 'overview', cluster: own.id } : { page: 'clusters', create: false }, {
      replace: true,
    })
  }, [clusters])
}

/** Background failures become toasts; what is true of this start is said once to a tab, not at every reload. */
function useNotices(): void {
  const { value: notice } = useLive('app.notices', {})
  const info = useCall('app.info', {})
  useEffect(() => {
    if (notice) toast({ tone: notice.level === 'error' ? 'bad' : 'info', title: notice.message })
  }, [notice])
  useEffect(() => {
    for (const title of info.data?.notices ?? []) {
      if (sessionStorage.getItem(`notice ${title}`)) continue
      sessionStorage.setItem(`notice ${title}`, 'shown')
      toast({ tone: 'info', title })
    }
  }, [info.data])
}

/** What a person must know about the whole of what they see. */
function Banners({ summary }: { summary: ClusterSummary | undefined }) {
  const core = useCore()
  const connection = useStore(core.connection.state)
  const [closed, setClosed] = useState<string>()
  const banner = summary?.local?.state === 'running' ? summary.local.banner : undefined
  return (
    <>
      {connection === 'lost' && (
        <Note tone="bad" flush>
          <b>Slipway’s core doesn’t answer.</b> What you see may be out of date. The window connects
          again by itself.
        </Note>
      )}
      {banner && closed !== summary?.id && (
        <Note
          tone="info"
          flush
          actions={
            <IconButton
              small
              icon={X}
              label="Hide this notice"
              onPress={() => setClosed(summary?.id)}
            />
          }
        >
          {banner}
        </Note>
      )}
    </>
  )
}
