import { CircleQuestionMark, LayoutGrid, Plus } from 'lucide-react'
import { memo } from 'react'
import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { href } from '../bridge/location.ts'
import { IconButton } from '../components/button.tsx'
import { classNames } from '../components/class-names.ts'
import { Icon } from '../components/icon.tsx'
import { StatusGlyph } from '../components/status-glyph.tsx'
import { ClusterMark } from '../views/shared/cluster-mark.tsx'
import { clusterState } from '../views/shared/cluster-words.ts'
import styles from './rail.module.css'

export interface RailProps {
  clusters: readonly ClusterSummary[]
  /** The cluster where one is; undefined at home. */
  current: string | undefined
  onHelp: () => void
}

/** Every cluster as a tile: home first, our own, a line, the contexts. */
export const Rail = memo(({ clusters, current, onHelp }: RailProps) => {
  const local = clusters.filter(({ kind }) => kind === 'local')
  const contexts = clusters.filter(({ kind }) => kind === 'context')
  const tile = (cluster: ClusterSummary) => (
    <Tile key={cluster.id} cluster={cluster} isCurrent={cluster.id === current} />
  )
  return (
    <nav className={styles['rail']} aria-label="Clusters" data-region="rail">
      <a
        className={classNames(styles['tile'], current === undefined && styles['on'])}
        href={href({ page: 'clusters', create: false })}
        title="All clusters"
        aria-label="All clusters"
        {...(current === undefined && { 'aria-current': 'page' })}
      >
        <Icon of={LayoutGrid} />
      </a>
      <hr />
      <div className={styles['tiles']}>
        {local.map(tile)}
        {local.length > 0 && contexts.length > 0 && <hr />}
        {contexts.map(tile)}
        <a
          className={styles['tile']}
          href={href({ page: 'clusters', create: true })}
          title="New local cluster"
          aria-label="New local cluster"
        >
          <Icon of={Plus} />
        </a>
      </div>
      <span className={styles['space']} />
      <IconButton
        icon={CircleQuestionMark}
        label="Keyboard shortcuts"
        shortcut="?"
        onPress={onHelp}
      />
    </nav>
  )
})

function Tile({ cluster, isCurrent }: { cluster: ClusterSummary; isCurrent: boolean }) {
  const { word, ...glyph } = clusterState(cluster)
  const isQuiet = glyph.shape === 'dashed'
  return (
    <a
      className={classNames(styles['tile'], isCurrent && styles['on'])}
      href={href({ page: 'overview', cluster: cluster.id })}
      title={`${cluster.name}, ${word}`}
      aria-label={`${cluster.name}, ${word}`}
      {...(isCurrent && { 'aria-current': 'page' })}
    >
      <ClusterMark large cluster={cluster} />
      {!isQuiet && (
        <span className={styles['state']}>
          <StatusGlyph {...glyph} />
        </span>
      )}
    </a>
  )
}
