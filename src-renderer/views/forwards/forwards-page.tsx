import { useLive } from '../../bridge/hooks.ts'
import { plural } from '../../components/format.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { useCluster, useClusters } from '../shared/cluster.ts'
import { ForwardRow } from './forward-row.tsx'
import styles from './forwards-page.module.css'

/** Every port of a cluster that answers on this machine, those of the shown cluster first. */
export function ForwardsPage() {
  const cluster = useCluster()
  const clusters = useClusters() ?? []
  const { value, error, retry } = useLive('forwards.watch', {})
  const isOwn = (id: string) => Number(id === cluster.id)
  const forwards = value?.toSorted(
    (a, b) =>
      isOwn(b.target.cluster) - isOwn(a.target.cluster) ||
      a.target.cluster.localeCompare(b.target.cluster) ||
      a.localPort - b.localPort,
  )
  const several = new Set(forwards?.map(({ target }) => target.cluster)).size > 1
  return (
    <section className={styles['page']} aria-label="Port forwards" data-region="list">
      <div className={styles['bar']}>
        <h1>Port forwards</h1>
        {forwards && <span className={styles['sub']}>{forwards.length}</span>}
        <span className={styles['end']}>
          they answer on this machine alone, and come back when the app does
        </span>
      </div>
      {error && !forwards ? (
        <ErrorState title="Forwards can’t be listed" message={error.message} onRetry={retry} />
      ) : !forwards ? (
        <Skeleton />
      ) : forwards.length ? (
        <div className={styles['scroll']}>
          <table className={styles['table']} aria-label={plural(forwards.length, 'forward')}>
            <thead>
              <tr>
                <th className={styles['state']}>State</th>
                <th className={styles['local']}>On this machine</th>
                <th>Leads to</th>
                {several && <th className={styles['cluster']}>Cluster</th>}
                <th className={styles['figure']}>Open</th>
                <th className={styles['actions']}>
                  <span className={styles['hidden']}>Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {forwards.map(forward => (
                <ForwardRow
                  key={forward.id}
                  forward={forward}
                  {...(several && {
                    clusterName:
                      clusters.find(({ id }) => id === forward.target.cluster)?.name ??
                      forward.target.cluster,
                  })}
                />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <EmptyState title="No ports are forwarded">
          A forward makes a port of a pod, a Service or a workload answer on this machine. Open one
          of them and press F, or choose Forward a port.
        </EmptyState>
      )}
    </section>
  )
}
