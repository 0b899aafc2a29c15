import { Maximize2, Minimize2, X } from 'lucide-react'
import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import type { ObjectMeta } from '../../../src-main/kubernetes/api/meta-v1.ts'
import { useCore, useLive, useTable } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import type { ListRoute } from '../../bridge/route.ts'
import { Age } from '../../components/age.tsx'
import { IconButton } from '../../components/button.tsx'
import { lazily } from '../../components/lazily.ts'
import { Part } from '../../components/part.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { presentationOf } from '../../kinds/index.ts'
import { glyphOf } from '../../kinds/status.ts'
import { type Action, useAllowed } from '../shared/access.ts'
import { objectActions } from '../shared/actions.ts'
import { useCluster } from '../shared/cluster.ts'
import { isHeld } from '../shared/kind-actions.ts'
import { EventsTab } from './events-tab.tsx'
import styles from './object-view.module.css'
import { podsOf } from './pods-of.ts'
import { PodsTab } from './pods-tab.tsx'
import { Summary } from './summary.tsx'
import { useRowOf } from './use-row-of.ts'
import { YamlTab } from './yaml-tab.tsx'

const RolloutTab = lazily(() => import('./rollout-tab.tsx').then(loaded => loaded.RolloutTab))

/** One object: beside its list, or as a page of its own. */
export function ObjectView({
  route,
  info,
}: {
  route: ListRoute & { object: NonNullable<ListRoute['object']> }
  info: ResourceInfo
}) {
  const cluster = useCluster()
  const object: ObjectName = {
    cluster: cluster.id,
    resource: route.resource,
    name: route.object.name,
    ...(route.object.namespace && { namespace: route.object.namespace }),
  }
  const live = useLive('objects.watch', object)
  const events = useLive('objects.events', object)
  const body = live.value?.object
  const close = () => {
    const { object: _, full: __, tab: ___, ...rest } = route
    navigate(rest)
  }
  const tab = route.tab ?? 'summary'
  const pods = body && podsOf(object, info, body)
  return (
    <>
      <Head route={route} info={info} object={object} body={body ?? undefined} onClose={close} />
      {live.error && !body ? (
        <ErrorState
          title={`${info.kind} ${object.name} can’t be read`}
          message={`Get ${info.resource} ${object.name} on ${cluster.name}: ${live.error.message}`}
          onRetry={live.retry}
        />
      ) : live.value === undefined ? (
        <Skeleton />
      ) : body ? (
        <Tabs
          label={`${info.kind} ${object.name}`}
          value={tab}
          onChange={next => navigate({ ...route, tab: next }, { replace: true })}
          items={[
            {
              id: 'summary',
              label: 'Summary',
              content: (
                <Summary
                  object={object}
                  body={body}
                  why={live.value.why}
                  info={info}
                  events={events.value}
                />
              ),
            },
            ...(pods
              ? [
                  {
                    id: 'pods',
                    label: 'Pods',
                    content: tab === 'pods' && (
                      <PodsTab input={pods} of={`${info.kind} ${object.name}`} />
                    ),
                  },
                ]
              : []),
            ...(presentationOf(info).hasRevisions
              ? [
                  {
                    id: 'rollout',
                    label: 'Rollout',
                    content: tab === 'rollout' && (
                      <Part of={object.name} fallback={<Skeleton />}>
                        <RolloutTab object={object} kind={info.kind} body={body} />
                      </Part>
                    ),
                  },
                ]
              : []),
            {
              id: 'events',
              label: 'Events',
              ...(events.value && { count: events.value.length }),
              content: <EventsTab live={events} name={object.name} />,
            },
            {
              id: 'yaml',
              label: 'YAML',
              content: tab === 'yaml' && <YamlTab object={object} body={body} info={info} />,
            },
          ]}
        />
      ) : (
        <EmptyState title={`${info.kind} ${object.name} is gone`}>
          It was deleted, or it never existed in {object.namespace ?? cluster.name}.
        </EmptyState>
      )}
    </>
  )
}

interface HeadProps {
  route: ListRoute
  info: ResourceInfo
  object: ObjectName
  body: ObjectBody | undefined
  onClose: () => void
}

const noActions: readonly Action[] = []

function Head({ route, info, object, body, onClose }: HeadProps) {
  const core = useCore()
  const cluster = useCluster()
  const table = useTable({
    cluster: cluster.id,
    resource: route.resource,
    namespaces: info.namespaced ? [...cluster.namespaces] : [],
    ...(route.list.labels && { labelSelector: route.list.labels }),
  })
  const row = useRowOf(table, object)
  const meta = body?.['metadata'] as ObjectMeta | undefined
  const actions = useAllowed(
    body
      ? objectActions(core, object, info, isHeld(body)).filter(({ id }) => id !== 'copy')
      : noActions,
  )
  return (
    <header className={styles['head']}>
      <div className={styles['line1']}>
        <h2 title={object.name}>{object.name}</h2>
        <IconButton
          small
          icon={route.full ? Minimize2 : Maximize2}
          label={route.full ? 'Open beside the list' : 'Open as page'}
          onPress={() => {
            const { full, ...rest } = route
            navigate(full ? rest : { ...rest, full: true })
          }}
        />
        <IconButton small icon={X} label="Close" shortcut="Esc" onPress={onClose} />
      </div>
      <div className={styles['line2']}>
        <span className={styles['kind']}>{info.kind}</span>
        {object.namespace && <span className={styles['cut']}>{object.namespace}</span>}
        {row?.status && <Status {...glyphOf(row.status)}>{row.status.word}</Status>}
        {meta?.creationTimestamp && (
          <span>
            <Age long since={meta.creationTimestamp} /> old
          </span>
        )}
      </div>
      <div className={styles['actions']} role="toolbar" aria-label="Actions">
        {actions.map(({ id, label, icon, shortcut, reason, onAction, apart }) =>
          icon ? (
            <span key={id} className={apart ? styles['apart'] : ''}>
              <IconButton
                icon={icon}
                label={label}
                {...(shortcut && { shortcut })}
                {...(reason && { reason })}
                onPress={onAction}
              />
            </span>
          ) : null,
        )}
      </div>
    </header>
  )
}
