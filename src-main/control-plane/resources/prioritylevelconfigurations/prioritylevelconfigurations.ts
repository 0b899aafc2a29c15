import type {
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { type Column, defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { validateConditionTypes } from '../shared/conditions.ts'
import { keepStatus } from '../shared/status.ts'
import { validatePriorityLevel } from './priority-level-validation.ts'

type Limits = NonNullable<PriorityLevelConfigurationSpec['limited']>

const limitColumn = (
  name: string,
  read: (limits: Limits) => number | undefined,
): Column<PriorityLevelConfiguration> => ({
  name,
  type: 'string',
  value: ({ spec }) => String((spec.limited && read(spec.limited)) ?? '<none>'),
})

function defaultSpec({ exempt, limited }: PriorityLevelConfigurationSpec): void {
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0
    exempt.lendablePercent ??= 0
  }
  if (!limited) return
  limited.nominalConcurrencyShares ??= 30
  limited.lendablePercent ??= 0
  const { queuing } = limited.limitResponse ?? {}
  if (!queuing) return
  queuing.handSize ||= 8
  queuing.queues ||= 64
  queuing.queueLengthLimit ||= 50
}

export const priorityLevelConfigurations = defineResource<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  namespaced: false,
  storagePrefix: '/registry/prioritylevelconfigurations',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', value: ({ spec }) => spec.type },
    limitColumn('NominalConcurrencyShares', limits => limits.nominalConcurrencyShares),
    limitColumn('Queues', ({ limitResponse }) => limitResponse?.queuing?.queues),
    limitColumn('HandSize', ({ limitResponse }) => limitResponse?.queuing?.handSize),
    limitColumn(
      'QueueLengthLimit',
      ({ limitResponse }) => limitResponse?.queuing?.queueLengthLimit,
    ),
    ageColumn,
  ],
  defaults(level) {
    level.spec ??= {} as PriorityLevelConfigurationSpec
    defaultSpec(level.spec)
  },
  prepareForCreate(level) {
    level.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: validatePriorityLevel,
  status: { validateUpdate: ({ status }) => validateConditionTypes(status?.conditions) },
})
