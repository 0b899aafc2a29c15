import { ArrowLeft, ArrowRight, ChevronsUpDown, PanelLeft, Plus, Search } from 'lucide-react'
import { memo } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { navigate } from '../bridge/location.ts'
import { Button, IconButton } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { Key } from '../components/key.tsx'
import { Menu } from '../components/menu.tsx'
import { StatusGlyph } from '../components/status-glyph.tsx'
import { useRefusalToCreate } from '../views/shared/access.ts'
import { clusterState } from '../views/shared/cluster-words.ts'
import { NamespacePicker } from './namespace-picker.tsx'
import styles from './top-bar.module.css'

export interface TopBarProps {
  clusters: readonly ClusterSummary[]
  current: ClusterSummary | undefined
  /** Whether the cluster answers: without it there is nothing to choose from and nowhere to create. */
  isReady: boolean
  namespaces: readonly string[]
  onNamespaces: (namespaces: readonly string[]) => void
  onSidebar: () => void
  onPalette: () => void
}

const modifier = /Mac/.test(navigator.platform) ? '⌘' : 'Ctrl'

/** Where one is, which namespaces show, and the ways to find and to make something. */
export const TopBar = memo((props: TopBarProps) => {
  const { clusters, current, isReady, namespaces, onNamespaces } = props
  return (
    <header className={styles['bar']}>
      <div className={isReady ? styles['lead'] : styles['shortLead']}>
        <IconButton
          icon={PanelLeft}
          label="Sidebar"
          shortcut={`${modifier} B`}
          isDisabled={!isReady}
          onPress={props.onSidebar}
        />
        <IconButton icon={ArrowLeft} label="Back" onPress={() => history.back()} />
        <IconButton icon={ArrowRight} label="Forward" onPress={() => history.forward()} />
      </div>
      {current ? (
        <>
          <ClusterPicker clusters={clusters} current={current} />
          {isReady && (
            <>
              <span className={styles['line']} />
              <NamespacePicker cluster={current.id} chosen={namespaces} onChange={onNamespaces} />
            </>
          )}
        </>
      ) : (
        <span className={styles['title']}>All clusters</span>
      )}
      <AriaButton className={styles['search'] ?? ''} onPress={props.onPalette}>
        <Icon of={Search} size={14} />
        <span>Search or run a command</span>
        <Key>{modifier}</Key>
        <Key>K</Key>
      </AriaButton>
      {current ? (
        <CreateButton cluster={current.id} isReady={isReady} namespaces={namespaces} />
      ) : (
        <Button
          look="primary"
          icon={Plus}
          onPress={() => navigate({ page: 'clusters', create: true })}
        >
          New cluster
        </Button>
      )}
    </header>
  )
})

function CreateButton({
  cluster,
  isReady,
  namespaces,
}: Pick<TopBarProps, 'isReady' | 'namespaces'> & { cluster: string }) {
  const reason = useRefusalToCreate(cluster, isReady ? namespaces : [])
  return (
    <Button
      icon={Plus}
      isDisabled={!isReady}
      {...(reason && { reason })}
      onPress={() => navigate({ page: 'create', cluster })}
    >
      Create
    </Button>
  )
}

function ClusterPicker({
  clusters,
  current,
}: {
  clusters: readonly ClusterSummary[]
  current: ClusterSummary
}) {
  const { word, ...glyph } = clusterState(current)
  const entries = clusters.map(({ id, name }, at) => ({
    id,
    label: name,
    ...(at > 0 && clusters[at - 1]?.kind !== clusters[at]?.kind && { apart: true }),
    onAction: () => navigate({ page: 'overview', cluster: id }),
  }))
  return (
    <Menu label="Clusters" entries={entries}>
      <AriaButton className={styles['pick'] ?? ''}>
        <StatusGlyph {...glyph} />
        <b>{current.name}</b>
        <span className={styles['dim']}>{current.version ?? word.toLowerCase()}</span>
        <Icon of={ChevronsUpDown} size={14} />
      </AriaButton>
    </Menu>
  )
}
