import { Cable, Container, Copy, Moon, Rows3, Sun, SunMoon } from 'lucide-react'
import { memo } from 'react'
import { Button } from 'react-aria-components/Button'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { useCall, useCore, useLive, useStore } from '../bridge/hooks.ts'
import { navigate } from '../bridge/location.ts'
import { plural } from '../components/format.ts'
import { Icon } from '../components/icon.tsx'
import { StatusGlyph } from '../components/status-glyph.tsx'
import type { ThemeChoice } from '../theme/theme.ts'
import { useAppearance } from '../views/shared/appearance.ts'
import { clusterState, runtimeWords } from '../views/shared/cluster-words.ts'
import { copyText } from '../views/shared/copy.ts'
import styles from './status-bar.module.css'

const themes: Record<ThemeChoice, { next: ThemeChoice; label: string; icon: typeof Sun }> = {
  system: { next: 'light', label: 'System theme', icon: SunMoon },
  light: { next: 'dark', label: 'Light theme', icon: Sun },
  dark: { next: 'system', label: 'Dark theme', icon: Moon },
}

export interface StatusBarProps {
  clusters: readonly ClusterSummary[]
  current: ClusterSummary | undefined
}

/** How the local cluster and the connection do at the left, how the window looks at the right. */
export const StatusBar = memo(({ clusters, current }: StatusBarProps) => {
  const core = useCore()
  const connection = useStore(core.connection.state)
  const info = useCall('app.info', {})
  const [appearance, setAppearance] = useAppearance()
  const own = current?.kind === 'local' ? current : clusters.find(({ kind }) => kind === 'local')
  const path = own?.local?.kubeconfig
  const theme = themes[appearance.theme]
  const engine = own?.local?.engine ?? (own?.local?.runtime && runtimeWords[own.local.runtime])
  return (
    <footer className={styles['bar']}>
      {own && <Own cluster={own} />}
      {own?.local?.runtime && (
        <span className={styles['engine']} title={own.local.banner ?? engine}>
          <Icon of={Container} size={12} />
          <span>{engine}</span>
        </span>
      )}
      <span role="status">
        {connection === 'open' ? (
          <>
            <b>
              {clusters.filter(one => one.connection === 'connected').length} of {clusters.length}
            </b>{' '}
            clusters connected
          </>
        ) : (
          <>
            <StatusGlyph shape="arc" tone="warn" turning />
            {connection === 'lost' ? 'Core not reachable, trying again' : 'Connecting to the core'}
          </>
        )}
      </span>
      {current && <Forwards cluster={current.id} />}
      {path && (
        <Button onPress={() => void copyText(path, 'Kubeconfig path')}>
          <Icon of={Copy} size={12} />
          Copy kubeconfig path
        </Button>
      )}
      <span className={styles['space']} />
      <Button
        onPress={() =>
          setAppearance({
            ...appearance,
            density: appearance.density === 'compact' ? 'comfortable' : 'compact',
          })
        }
      >
        <Icon of={Rows3} size={12} />
        {appearance.density === 'compact' ? 'Compact' : 'Comfortable'}
      </Button>
      <Button onPress={() => setAppearance({ ...appearance, theme: theme.next })}>
        <Icon of={theme.icon} size={12} />
        {theme.label}
      </Button>
      <span className={styles['version']}>Slipway {info.data?.version}</span>
    </footer>
  )
})

function Forwards({ cluster }: { cluster: string }) {
  const { value } = useLive('forwards.watch', {})
  const on = value?.filter(({ state }) => state !== 'off') ?? []
  if (!on.length) return null
  const failed = on.filter(({ state }) => state === 'failed').length
  return (
    <Button onPress={() => navigate({ page: 'forwards', cluster })}>
      {failed ? <StatusGlyph shape="cross" tone="bad" /> : <Icon of={Cable} size={12} />}
      {plural(on.length, 'forward')}
      {failed > 0 && `, ${failed} failed`}
    </Button>
  )
}

function Own({ cluster }: { cluster: ClusterSummary }) {
  const { word, ...glyph } = clusterState(cluster)
  return (
    <Button onPress={() => navigate({ page: 'overview', cluster: cluster.id })}>
      <StatusGlyph {...glyph} />
      <b>{cluster.name}</b>
      {word.toLowerCase()}
    </Button>
  )
}
