import { useState } from 'react'
import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { navigate } from '../../bridge/location.ts'
import { classNames } from '../../components/class-names.ts'
import { plural } from '../../components/format.ts'
import plain from '../../components/plain-table.module.css'
import { Skeleton } from '../../components/states.tsx'
import { useClusters } from '../shared/cluster.ts'
import { DeleteCluster, StopCluster } from './cluster-questions.tsx'
import styles from './clusters-page.module.css'
import { ContextRow } from './context-row.tsx'
import { CreatePanel } from './create-panel.tsx'
import { LocalRow } from './local-row.tsx'

export type Asking = { readonly about: ClusterSummary; readonly what: 'stop' | 'delete' }

/** Every cluster: our own, and the contexts of the kubeconfig, which nothing contacts until they are opened. */
export function ClustersPage({ creating }: { creating: boolean }) {
  const clusters = useClusters()
  const [asking, setAsking] = useState<Asking>()
  const local = clusters?.filter(({ kind }) => kind === 'local') ?? []
  const contexts = clusters?.filter(({ kind }) => kind === 'context') ?? []
  const sources = new Set(contexts.map(({ source }) => source))
  return (
    <div className={styles['stage']}>
      <section className={styles['page']} aria-label="All clusters" data-region="list">
        {!clusters ? (
          <Skeleton />
        ) : (
          <>
            <section>
              <div className={styles['title']}>
                <h1>Local clusters</h1>
                <span className={styles['count']}>{local.length}</span>
                <span className={styles['more']}>{local[0]?.local?.engine}</span>
              </div>
              {local.length ? (
                <div className={styles['scroll']}>
                  <table className={classNames(plain['table'], styles['table'])}>
                    <thead>
                      <tr>
                        <th className={styles['cName']}>Name</th>
                        <th className={styles['cState']}>State</th>
                        <th className={styles['cVersion']}>Version</th>
                        <th className={styles['cRuntime']}>Runtime</th>
                        <th>API server</th>
                        <th className={styles['cStart']}>Started in</th>
                        <th className={styles['cActions']}>
                          <VisuallyHidden>Actions</VisuallyHidden>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {local.map(cluster => (
                        <LocalRow
                          key={cluster.id}
                          cluster={cluster}
                          onAsk={what => setAsking({ about: cluster, what })}
                        />
                      ))}
                    </tbody>
                  </table>
                </div>
              ) : (
                <p className={styles['none']}>
                  A local cluster is a Kubernetes of your own, on this machine. There is none yet.
                </p>
              )}
            </section>
            <section>
              <div className={styles['title']}>
                <h2>Contexts</h2>
                <span className={styles['count']}>
                  {contexts.length} from {plural(sources.size, 'kubeconfig file')}
                </span>
                <span className={styles['more']}>nothing is contacted until you open it</span>
              </div>
              {contexts.length ? (
                <div className={styles['scroll']}>
                  <table className={classNames(plain['table'], styles['table'])}>
                    <thead>
                      <tr>
                        <th className={styles['cName']}>Name</th>
                        <th className={styles['cState']}>State</th>
                        <th>Server</th>
                        <th className={styles['cSign']}>Signs in with</th>
                        <th className={styles['cVersion']}>Version</th>
                        <th className={styles['cActions']}>
                          <VisuallyHidden>Actions</VisuallyHidden>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {contexts.map(cluster => (
                        <ContextRow key={cluster.id} cluster={cluster} />
                      ))}
                    </tbody>
                  </table>
                </div>
              ) : (
                <p className={styles['none']}>
                  No kubeconfig on this machine names another cluster.
                </p>
              )}
            </section>
          </>
        )}
      </section>
      {creating && (
        <CreatePanel
          clusters={clusters ?? []}
          onClose={() => navigate({ page: 'clusters', create: false })}
        />
      )}
      {asking?.what === 'stop' && (
        <StopCluster cluster={asking.about} onClose={() => setAsking(undefined)} />
      )}
      {asking?.what === 'delete' && (
        <DeleteCluster cluster={asking.about} onClose={() => setAsking(undefined)} />
      )}
    </div>
  )
}
