import { Plus } from 'lucide-react'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { navigate } from '../../bridge/location.ts'
import type { ListState } from '../../bridge/route.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/states.tsx'
import { presentationOf } from '../../kinds/index.ts'
import { pluralKind } from '../../kinds/titles.ts'
import { useRefusals } from '../shared/access.ts'
import { useCluster } from '../shared/cluster.ts'
import type { RowGroups } from './row-groups.ts'

/** What an empty list says: that nothing fits the filter, or what this kind is and how to make the first. */
export function NothingHere({
  info,
  list,
  groups,
  onClear,
}: {
  info: ResourceInfo
  list: ListState
  groups: RowGroups
  onClear: () => void
}) {
  const cluster = useCluster()
  const title = pluralKind(info)
  const where =
    info.namespaced && cluster.namespaces.length ? cluster.namespaces.join(', ') : cluster.name
  const reason = useRefusalToCreate(info)
  if (list.filter || (list.group ?? 'all') !== 'all') {
    return (
      <EmptyState
        title={`No ${title} match`}
        actions={<Button onPress={onClear}>Clear filter</Button>}
      >
        Nothing in {where} fits the filter{list.filter ? ` “${list.filter}”` : ''}.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={`No ${title} in ${where}`}
      actions={
        info.verbs.includes('create') && (
          <Button
            look="primary"
            icon={Plus}
            {...(reason && { reason })}
            onPress={() => navigate({ page: 'create', cluster: cluster.id })}
          >
            Create from YAML
          </Button>
        )
      }
    >
      {presentationOf(info).about ??
        `Nothing of this kind (${info.resource}${info.group && `.${info.group}`}) exists here.`}
      {groups.system > 0 && ' Objects of the system are hidden.'}
    </EmptyState>
  )
}

/** Why the first can't be made here. Where several namespaces show, the one that is meant isn't known. */
function useRefusalToCreate({ group, resource, namespaced }: ResourceInfo): string | undefined {
  const { id, namespaces } = useCluster()
  const [namespace, ...others] = namespaces
  const isClear = !namespaced || (namespace !== undefined && !others.length)
  const question = {
    verb: 'create',
    group,
    resource,
    ...(namespaced && namespace && { namespace }),
  }
  const [refusal] = useRefusals(id, isClear ? [question] : [])
  return refusal ?? undefined
}
