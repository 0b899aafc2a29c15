import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { useCore } from '../../bridge/hooks.ts'
import { href, navigate } from '../../bridge/location.ts'
import { Button } from '../../components/button.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { closeCluster } from '../shared/cluster-actions.ts'
import { ClusterMark } from '../shared/cluster-mark.tsx'
import { clusterState } from '../shared/cluster-words.ts'
import styles from './clusters-page.module.css'

/** A context of a kubeconfig. What is shown of one that isn't opened comes from the file alone. */
export function ContextRow({ cluster }: { cluster: ClusterSummary }) {
  const core = useCore()
  const { word, ...glyph } = clusterState(cluster)
  const isOpen = cluster.connection === 'connected'
  return (
    <tr>
      <th scope="row">
        <span className={styles['who']}>
          <ClusterMark cluster={cluster} />
          <a href={href({ page: 'overview', cluster: cluster.id })}>{cluster.name}</a>
        </span>
      </th>
      <td title={cluster.error}>
        <Status {...glyph} turning={cluster.connection === 'connecting'}>
          {word}
        </Status>
      </td>
      <td title={cluster.server}>
        {cluster.server?.replace(/^https:\/\//, '').replace(/:443$/, '')}
      </td>
      <td className={styles['cSign']} title={cluster.signsInWith}>
        {cluster.signsInWith}
      </td>
      <td className={styles['cVersion']}>{cluster.version}</td>
      <td className={styles['actions']}>
        {isOpen ? (
          <Button
            small
            look="quiet"
            aria-label={`Close ${cluster.name}`}
            onPress={() => void closeCluster(core, cluster)}
          >
            Close
          </Button>
        ) : (
          <Button
            small
            aria-label={`Open ${cluster.name}`}
            onPress={() => navigate({ page: 'overview', cluster: cluster.id })}
          >
            Open
          </Button>
        )}
      </td>
    </tr>
  )
}
