import { useQueryClient } from '@tanstack/react-query'
import { Copy, Pencil } from 'lucide-react'
import { useEffect } from 'react'
import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { useCall, useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { YamlEditor } from '../../components/yaml-editor.tsx'
import { useAllowed } from '../shared/access.ts'
import { objectActions } from '../shared/actions.ts'
import { copyText } from '../shared/copy.ts'
import styles from './editor-tab.module.css'

/** The object as YAML, read again at every change. Secret values stay masked. */
export function YamlTab({
  object,
  body,
  info,
}: {
  object: ObjectName
  body: ObjectBody
  info: ResourceInfo
}) {
  const core = useCore()
  const input = { object, reveal: false }
  const query = useCall('objects.yaml', input)
  const queries = useQueryClient()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new body means a new text
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['objects.yaml', input] })
  }, [body, queries])
  const [edit] = useAllowed(objectActions(core, object, info).filter(({ id }) => id === 'edit'))
  if (query.error && !query.data) {
    return (
      <ErrorState
        title="The YAML can’t be read"
        message={query.error.message}
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (!query.data) return <Skeleton />
  const { yaml } = query.data
  return (
    <div className={styles['tab']}>
      <div className={styles['bar']}>
        <span>
          {object.resource.resource === 'secrets' ? 'Values are masked' : 'Without managedFields'}
        </span>
        <Button small look="quiet" icon={Copy} onPress={() => void copyText(yaml, 'YAML')}>
          Copy
        </Button>
        <Button
          small
          icon={Pencil}
          {...(edit?.reason && { reason: edit.reason })}
          onPress={() => edit?.onAction()}
        >
          Edit
        </Button>
      </div>
      <YamlEditor readOnly label={`YAML of ${info.kind} ${object.name}`} text={yaml} />
    </div>
  )
}
