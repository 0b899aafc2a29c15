import type { CSIDriver, CSIDriverSpec, TokenRequest } from '#kubernetes/api/storage-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { type Column, defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import {
  duplicate,
  each,
  immutable,
  invalid,
  isEqual,
  notSupported,
  optionalOneOf,
  required,
} from './shared/field-errors.ts'

const lifecycleModes = ['Ephemeral', 'Persistent']
const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType']
const shortestTokenSeconds = 600
const longestTokenSeconds = 2 ** 32
const shortestUpdateSeconds = 10

function validate({ spec }: CSIDriver): FieldError[] {
  const { tokenRequests, nodeAllocatableUpdatePeriodSeconds: period } = spec
  const present = (field: string, value: boolean | undefined) =>
    value === undefined ? [required(field)] : []
  return [
    ...present('spec.attachedRequired', spec.attachRequired),
    ...present('spec.podInfoOnMount', spec.podInfoOnMount),
    ...present('spec.storageCapacity', spec.storageCapacity),
    ...optionalOneOf('spec.fsGroupPolicy', spec.fsGroupPolicy, groupPolicies),
    ...validateTokenRequests(tokenRequests ?? [], 'spec.tokenRequests'),
    ...(spec.volumeLifecycleModes ?? []).flatMap(mode =>
      lifecycleModes.includes(mode)
        ? []
        : [notSupported('spec.volumeLifecycleModes', mode, lifecycleModes)],
    ),
    ...present('spec.seLinuxMount', spec.seLinuxMount),
    ...(period !== undefined && period < shortestUpdateSeconds
      ? [
          invalid(
            'spec.nodeAllocatableUpdatePeriodSeconds',
            period,
            'must be greater than or equal to 10 seconds',
          ),
        ]
      : []),
    ...(spec.serviceAccountTokenInSecrets !== undefined && !tokenRequests?.length
      ? [
          invalid(
            'spec.serviceAccountTokenInSecrets',
            spec.serviceAccountTokenInSecrets,
            'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
          ),
        ]
      : []),
  ]
}

function validateTokenRequests(requests: TokenRequest[], path: string): FieldError[] {
  const audiences = requests.map(({ audience }) => audience)
  return each(requests, path, ({ audience, expirationSeconds: seconds }, path, index) => {
    const refuse = (detail: string) => [invalid(`${path}.expirationSeconds`, seconds, detail)]
    return [
      ...(audiences.indexOf(audience) < index ? [duplicate(`${path}.audience`, audience)] : []),
      ...(seconds !== undefined && seconds < shortestTokenSeconds
        ? refuse('may not specify a duration less than 10 minutes')
        : []),
      ...(seconds !== undefined && seconds > longestTokenSeconds
        ? refuse('may not specify a duration larger than 2^32 seconds')
        : []),
    ]
  })
}

const flagColumn = (
  name: string,
  field: 'attachRequired' | 'podInfoOnMount' | 'storageCapacity' | 'requiresRepublish',
): Column<CSIDriver> => ({
  name,
  type: 'boolean',
  value: ({ spec }) => spec[field] ?? field === 'attachRequired',
})

export const csiDrivers = defineResource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  answersDeleted: true,
  singular: 'csidriver',
  namespaced: false,
  storagePrefix: '/registry/csidrivers',
  createWarning: 'the nodes of this cluster mount no volumes of CSI drivers yet',
  columns: [
    nameColumn,
    flagColumn('AttachRequired', 'attachRequired'),
    flagColumn('PodInfoOnMount', 'podInfoOnMount'),
    flagColumn('StorageCapacity', 'storageCapacity'),
    {
      name: 'TokenRequests',
      type: 'string',
      value: ({ spec }) =>
        spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    },
    flagColumn('RequiresRepublish', 'requiresRepublish'),
    {
      name: 'Modes',
      type: 'string',
      value: ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>',
    },
    ageColumn,
  ],
  defaults(driver) {
    driver.spec ??= {} as CSIDriverSpec
    const { spec } = driver
    spec.attachRequired ??= true
    spec.podInfoOnMount ??= false
    spec.storageCapacity ??= false
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
    spec.requiresRepublish ??= false
    spec.seLinuxMount ??= false
  },
  // Counted from the first change on, not from the create.
  prepareForUpdate({ metadata, spec }, old) {
    if (!isEqual(spec, old.spec)) metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  validate,
  validateUpdate: ({ spec }, old) => [
    ...immutable('spec.attachedRequired', spec.attachRequired, old.spec.attachRequired),
    ...immutable(
      'spec.volumeLifecycleModes',
      spec.volumeLifecycleModes,
      old.spec.volumeLifecycleModes,
    ),
  ],
})
