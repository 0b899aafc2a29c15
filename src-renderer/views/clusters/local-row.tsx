import { Copy, Ellipsis, Play, Square, Trash2 } from 'lucide-react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { useCore } from '../../bridge/hooks.ts'
import { href } from '../../bridge/location.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { classNames } from '../../components/class-names.ts'
import { formatMs } from '../../components/format.ts'
import { Menu, type MenuEntry } from '../../components/menu.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { startCluster, stopCluster } from '../shared/cluster-actions.ts'
import { ClusterMark } from '../shared/cluster-mark.tsx'
import { clusterState, progress, runtimeWords } from '../shared/cluster-words.ts'
import { copyText } from '../shared/copy.ts'
import styles from './clusters-page.module.css'

/** One of our own clusters: what it does, and how to start, stop and delete it. */
export function LocalRow({
  cluster,
  onAsk,
}: {
  cluster: ClusterSummary
  onAsk: (what: 'stop' | 'delete') => void
}) {
  const core = useCore()
  const { local, name, id } = cluster
  const { word, ...glyph } = clusterState(cluster)
  const { at, of, current } = progress(local?.steps ?? [])
  const state = local?.state ?? 'stopped'
  const starting = state === 'starting'
  const path = local?.kubeconfig
  const entries: (MenuEntry | false)[] = [
    path !== undefined && {
      id: 'copy',
      label: 'Copy kubeconfig path',
      icon: Copy,
      onAction: () => void copyText(path, 'Kubeconfig path'),
    },
    {
      id: 'delete',
      label: 'Delete…',
      icon: Trash2,
      destructive: true,
      apart: true,
      onAction: () => onAsk('delete'),
    },
  ]
  return (
    <tr>
      <th scope="row">
        <span className={styles['who']}>
          <ClusterMark cluster={cluster} />
          <a href={href({ page: 'overview', cluster: id })}>{name}</a>
        </span>
      </th>
      <td>
        <Status {...glyph} turning={starting}>
          {word}
        </Status>
      </td>
      <td className={styles['cVersion']}>{cluster.version}</td>
      <td className={styles['cRuntime']} title={local?.banner ?? local?.engine}>
        {local?.engine ?? runtimeWords[local?.runtime ?? '']}
      </td>
      {starting ? (
        <td>
          <span className={styles['progress']}>
            <progress
              className={styles['bar']}
              max={of || 1}
              value={at - 1}
              aria-label={`Start of ${name}`}
            />
            <span className={styles['cut']} title={current?.name}>
              {current?.name}
              {current?.ms !== undefined && `, ${formatMs(current.ms)}`}
            </span>
          </span>
        </td>
      ) : (
        <td className={styles['mono']} title={cluster.error ?? local?.apiServer}>
          {cluster.error ?? local?.apiServer?.replace('https://', '')}
        </td>
      )}
      <td className={classNames(styles['end'], styles['cStart'])}>
        {state === 'running' && local?.startupMs !== undefined && formatMs(local.startupMs)}
      </td>
      <td className={styles['actions']}>
        {starting ? (
          <Button small onPress={() => void stopCluster(core, cluster, false)}>
            Cancel
          </Button>
        ) : state === 'running' ? (
          <IconButton small icon={Square} label={`Stop ${name}`} onPress={() => onAsk('stop')} />
        ) : (
          <IconButton
            small
            icon={Play}
            label={`Start ${name}`}
            isDisabled={state === 'stopping'}
            onPress={() => void startCluster(core, cluster)}
          />
        )}
        <Menu label={`More on ${name}`} entries={entries.filter(entry => entry !== false)}>
          <IconButton small icon={Ellipsis} label={`More on ${name}`} />
        </Menu>
      </td>
    </tr>
  )
}
