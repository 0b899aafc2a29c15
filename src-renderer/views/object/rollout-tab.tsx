import { useQueryClient } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { Revision } from '../../../src-main/contract/rollouts.ts'
import { useCall } from '../../bridge/hooks.ts'
import { Age } from '../../components/age.tsx'
import { Button } from '../../components/button.tsx'
import { classNames } from '../../components/class-names.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Tag } from '../../components/tag.tsx'
import { YamlEditor } from '../../components/yaml-editor.tsx'
import { toObject, useRefusals } from '../shared/access.ts'
import { question } from '../shared/operations.ts'
import tab from './editor-tab.module.css'
import styles from './rollout-tab.module.css'

/** The revisions of a workload, the chosen one against the present, and the way back to it. */
export function RolloutTab({
  object,
  kind,
  body,
}: {
  object: ObjectName
  kind: string
  body: ObjectBody
}) {
  const query = useCall('rollouts.history', object)
  const queries = useQueryClient()
  const version = (body['metadata'] as { generation?: number }).generation
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation may be a new revision
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['rollouts.history', object] })
  }, [version, queries])
  const [chosen, setChosen] = useState<number>()
  const [refusal] = useRefusals(object.cluster, [toObject(object, 'patch')])
  if (query.error && !query.data) {
    return (
      <ErrorState
        title={`The revisions of ${object.name} can’t be read`}
        message={query.error.message}
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (!query.data) return <Skeleton />
  const current = query.data.find(one => one.current)
  const shown =
    query.data.find(({ revision }) => revision === chosen) ??
    query.data.find(one => !one.current) ??
    current
  if (!shown) {
    return <EmptyState title="No revisions">{object.name} has not rolled out yet.</EmptyState>
  }
  return (
    <div className={tab['tab']}>
      <ul className={styles['revisions']} aria-label="Revisions">
        {query.data.map(one => (
          <RevisionLine
            key={one.revision}
            revision={one}
            on={one === shown}
            onChoose={() => setChosen(one.revision)}
          />
        ))}
      </ul>
      <div className={tab['bar']}>
        <span>
          {shown === current
            ? `Revision ${shown.revision}, as it is now`
            : `Revision ${shown.revision} against the present`}
        </span>
        {shown !== current && (
          <Button
            small
            icon={Undo2}
            {...(refusal && { reason: refusal })}
            onPress={() =>
              question.set({ type: 'undo', target: { object, kind }, revision: shown })
            }
          >
            Roll back…
          </Button>
        )}
      </div>
      <YamlEditor
        key={shown.revision}
        readOnly
        label={`Pod template of revision ${shown.revision}`}
        text={shown.template}
        original={shown === current ? undefined : current?.template}
      />
    </div>
  )
}

function RevisionLine({
  revision: { revision, created, current, changeCause, images },
  on,
  onChoose,
}: {
  revision: Revision
  on: boolean
  onChoose: () => void
}) {
  const about =
    changeCause ?? images.map(image => image.slice(image.lastIndexOf('/') + 1)).join(', ')
  return (
    <li>
      <button
        type="button"
        className={classNames(styles['revision'], on && styles['on'])}
        aria-pressed={on}
        onClick={onChoose}
      >
        <b>{revision}</b>
        <span className={styles['about']} title={[changeCause, ...images].join('\n')}>
          {about}
        </span>
        {current && <Tag>now</Tag>}
        <span className={styles['age']}>
          <Age since={created} />
        </span>
      </button>
    </li>
  )
}
