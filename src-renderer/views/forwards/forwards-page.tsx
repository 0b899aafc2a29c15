import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import { useLive } from '../../bridge/hooks.ts'
import { classNames } from '../../components/class-names.ts'
import { plural } from '../../components/format.ts'
import { Page } from '../../components/page.tsx'
import plain from '../../components/plain-table.module.css'
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
    <Page
      title="Port forwards"
      sub={forwards?.length}
      end="they answer on this machine alone, and come back when the app does"
    >
      {error && !forwards ? (
        <ErrorState title="Forwards can’t be listed" message={error.message} onRetry={retry} />
      ) : !forwards ? (
        <Skeleton />
      ) : forwards.length ? (
        <div className={styles['scroll']}>
          <table
            className={classNames(plain['table'], styles['table'])}
            aria-label={plural(forwards.length, 'forward')}
          >
            <thead>
              <tr>
                <th className={styles['state']}>State</th>
                <th className={styles['local']}>On this machine</th>
                <th>Leads to</th>
                {several && <th className={styles['cluster']}>Cluster</th>}
                <th className={styles['figure']}>Open</th>
                <th className={styles['actions']}>
                  <VisuallyHidden>Actions</VisuallyHidden>
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
    </Page>
  )
}
