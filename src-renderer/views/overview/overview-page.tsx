import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { useLive } from '../../bridge/hooks.ts'
import { href } from '../../bridge/location.ts'
import { formatMs, plural } from '../../components/format.ts'
import { Page } from '../../components/page.tsx'
import { Note } from '../../components/states.tsx'
import { pluralKind } from '../../kinds/titles.ts'
import { useCluster } from '../shared/cluster.ts'
import { CapacitySection } from './capacity-section.tsx'
import styles from './overview-page.module.css'
import { RecentWarnings } from './recent-warnings.tsx'
import { Troubles } from './troubles.tsx'

const summed = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'services',
  'persistentvolumeclaims',
  'nodes',
]
/** Kinds whose names have no room. */
const shortNames: Readonly<Record<string, string>> = { persistentvolumeclaims: 'Volume claims' }

/** What is wrong, worst first; beside it how much of each kind is well. */
export function OverviewPage() {
  const cluster = useCluster()
  const { summary, resources } = cluster
  const kinds = summed.flatMap(
    name => resources.find(({ resource, custom }) => resource === name && !custom) ?? [],
  )
  const counts = useLive('tables.counts', {
    cluster: cluster.id,
    resources: kinds.map(({ group, version, resource }) => ({ group, version, resource })),
    namespaces: [...cluster.namespaces],
  })
  const unhealthy = counts.value?.reduce((sum, { bad, warn }) => sum + bad + warn, 0)
  const local = summary?.local
  const core = (name: string) =>
    resources.find(({ resource, group }) => resource === name && group === '')
  const [pods, nodes, events] = [core('pods'), core('nodes'), core('events')]
  return (
    <Page
      title="Overview"
      sub={
        counts.value &&
        (unhealthy
          ? `${plural(unhealthy, 'object needs', 'objects need')} a look`
          : counts.value.length === kinds.length && 'everything is healthy')
      }
      end={[
        local?.engine,
        local?.startupMs !== undefined && `started in ${formatMs(local.startupMs)}`,
      ]
        .filter(Boolean)
        .join(', ')}
    >
      <div className={styles['columns']}>
        <div className={styles['left']}>
          <section>
            <h2>
              What is wrong <span className={styles['more']}>worst first</span>
            </h2>
            {kinds.length > 0 && <Troubles infos={kinds} />}
          </section>
          {events && <RecentWarnings info={events} />}
        </div>
        <aside className={styles['right']} aria-label="Objects">
          {pods && nodes && <CapacitySection nodes={nodes} pods={pods} />}
          <h2>
            Objects <span className={styles['more']}>healthy of all</span>
          </h2>
          {counts.error && !counts.value ? (
            <Note tone="bad">Counts can’t be had: {counts.error.message}</Note>
          ) : (
            <ul>
              {kinds.map(info => (
                <CountLine
                  key={info.resource}
                  info={info}
                  count={counts.value?.find(
                    ({ resource }) =>
                      resource.resource === info.resource && resource.group === info.group,
                  )}
                />
              ))}
            </ul>
          )}
        </aside>
      </div>
    </Page>
  )
}

interface Count {
  readonly total: number
  readonly bad: number
  readonly warn: number
}

function CountLine({ info, count }: { info: ResourceInfo; count: Count | undefined }) {
  const cluster = useCluster()
  const { group, version, resource } = info
  const { total = 0, bad = 0, warn = 0 } = count ?? {}
  const healthy = total - bad - warn
  return (
    <li className={styles['line']}>
      <a
        href={href({
          page: 'list',
          cluster: cluster.id,
          resource: { group, version, resource },
          list: { filter: '' },
        })}
      >
        {shortNames[info.resource] ?? pluralKind(info)}
      </a>
      <span className={styles['dist']} aria-hidden>
        {bad > 0 && <i className={styles['bad']} style={{ flexGrow: bad }} />}
        {warn > 0 && <i className={styles['warn']} style={{ flexGrow: warn }} />}
        {healthy > 0 && <i className={styles['ok']} style={{ flexGrow: healthy }} />}
      </span>
      <span className={styles['figure']}>
        {count && (total ? `${healthy} of ${total}` : 'none')}
      </span>
    </li>
  )
}
