import type { GroupVersionKind, KubernetesObject } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import type { FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'

/** Fields that a feature gate brings which is off by default in 1.35. */
interface GatedFields {
  gate: string
  /** Where the fields are declared, wherever in a kind that is: `v1.PodSpec`, `apps/v1.StatefulSetSpec`. */
  struct: string
  fields: readonly string[]
  /** The struct itself goes when nothing else is in it. */
  goesWhenEmpty?: true
}

const bindingFields = ['bindingConditions', 'bindingFailureConditions'] as const

const gated: readonly GatedFields[] = [
  {
    gate: 'ClusterTrustBundleProjection',
    struct: 'v1.VolumeProjection',
    fields: ['clusterTrustBundle'],
  },
  { gate: 'PodCertificateRequest', struct: 'v1.VolumeProjection', fields: ['podCertificate'] },
  { gate: 'GenericWorkload', struct: 'v1.PodSpec', fields: ['workloadRef'] },
  {
    gate: 'ContainerStopSignals',
    struct: 'v1.Lifecycle',
    fields: ['stopSignal'],
    goesWhenEmpty: true,
  },
  {
    gate: 'InPlacePodLevelResourcesVerticalScaling',
    struct: 'v1.PodStatus',
    fields: ['resources', 'allocatedResources'],
  },
  {
    gate: 'ResourceHealthStatus',
    struct: 'v1.ContainerStatus',
    fields: ['allocatedResourcesStatus'],
  },
  { gate: 'DRAExtendedResource', struct: 'v1.PodStatus', fields: ['extendedResourceClaimStatus'] },
  { gate: 'NodeDeclaredFeatures', struct: 'v1.NodeStatus', fields: ['declaredFeatures'] },
  { gate: 'DynamicKubeletConfig', struct: 'v1.NodeSpec', fields: ['configSource'] },
  { gate: 'DynamicKubeletConfig', struct: 'v1.NodeStatus', fields: ['config'] },
  {
    gate: 'MaxUnavailableStatefulSet',
    struct: 'apps/v1.RollingUpdateStatefulSetStrategy',
    fields: ['maxUnavailable'],
  },
  {
    gate: 'CoordinatedLeaderElection',
    struct: 'coordination.k8s.io/v1.LeaseSpec',
    fields: ['strategy', 'preferredHolder'],
  },
  {
    gate: 'CRDObservedGenerationTracking',
    struct: 'apiextensions.k8s.io/v1.CustomResourceDefinitionStatus',
    fields: ['observedGeneration'],
  },
  {
    gate: 'CRDObservedGenerationTracking',
    struct: 'apiextensions.k8s.io/v1.CustomResourceDefinitionCondition',
    fields: ['observedGeneration'],
  },
  // Of the kinds of devices.
  ...(
    [
      ['DRAConsumableCapacity', 'AllocatedDeviceStatus', 'shareID'],
      ['DRAConsumableCapacity', 'Device', 'allowMultipleAllocations'],
      ['DRAConsumableCapacity', 'DeviceCapacity', 'requestPolicy'],
      ['DRAConsumableCapacity', 'DeviceConstraint', 'distinctAttribute'],
      ['DRAConsumableCapacity', 'DeviceRequestAllocationResult', 'shareID', 'consumedCapacity'],
      ['DRAConsumableCapacity', 'DeviceSubRequest', 'capacity'],
      ['DRAConsumableCapacity', 'ExactDeviceRequest', 'capacity'],
      ['DRADeviceBindingConditions', 'AllocationResult', 'allocationTimestamp'],
      ['DRADeviceBindingConditions', 'Device', 'bindsToNode', ...bindingFields],
      ['DRADeviceBindingConditions', 'DeviceRequestAllocationResult', ...bindingFields],
      ['DRADeviceTaints', 'Device', 'taints'],
      ['DRADeviceTaints', 'DeviceRequestAllocationResult', 'tolerations'],
      ['DRADeviceTaints', 'DeviceSubRequest', 'tolerations'],
      ['DRADeviceTaints', 'ExactDeviceRequest', 'tolerations'],
      ['DRAExtendedResource', 'DeviceClassSpec', 'extendedResourceName'],
      [
        'DRAPartitionableDevices',
        'Device',
        'consumesCounters',
        'nodeName',
        'nodeSelector',
        'allNodes',
      ],
      ['DRAPartitionableDevices', 'ResourceSliceSpec', 'perDeviceNodeSelection', 'sharedCounters'],
    ] as const
  ).map(([gate, struct, ...fields]) => ({ gate, struct: `resource.k8s.io/v1.${struct}`, fields })),
]

const byStruct = Map.groupBy(gated, ({ struct }) => struct)

/**
 * Removes, in place, the fields of features that are off, as upstream does before it looks at what is written. An
 * object that has a field of the feature already keeps them.
 */
export function dropGatedFields(
  kind: GroupVersionKind,
  object: KubernetesObject,
  old?: Readonly<KubernetesObject>,
): void {
  const reach = reachOf(kind)
  const found = reach ? gatedIn(object, reach) : []
  if (!reach || !found.length) return
  const inUse = new Set(old && gatedIn(old, reach).map(({ gate }) => gate))
  for (const { gate, drop } of found) if (!inUse.has(gate)) drop()
}

/** What of a struct is gated: its own fields, and the fields that lead to others. */
interface Reach {
  own: readonly GatedFields[]
  onward: ReadonlyMap<string, Onward>
}

interface Onward {
  /** How many lists and maps lie between the field and the struct. */
  depth: number
  to: Reach
}

const kinds = new Map<string, Reach | undefined>()
const structs = new Map<TypeSchema, Reach | undefined>()

function reachOf({ group, version, kind }: GroupVersionKind): Reach | undefined {
  const id = `${group}/${version}/${kind}`
  if (!kinds.has(id)) {
    const type = findObjectType({ group, version, kind })
    kinds.set(id, type && reachOfStruct(type))
  }
  return kinds.get(id)
}

function reachOfStruct(type: TypeSchema): Reach | undefined {
  if (structs.has(type)) return structs.get(type)
  // A struct that holds itself leads nowhere new.
  structs.set(type, undefined)
  const apiVersion = type.group ? `${type.group}/${type.version}` : type.version
  const own = byStruct.get(`${apiVersion}.${type.name}`) ?? []
  const onward = new Map<string, Onward>()
  for (const [name, field] of type.fields) {
    const found = onwardFrom(field.type)
    if (found) onward.set(name, found)
  }
  const reach = own.length || onward.size ? { own, onward } : undefined
  structs.set(type, reach)
  return reach
}

function onwardFrom(type: FieldType): Onward | undefined {
  if (type.kind === 'object') {
    const to = reachOfStruct(type.type)
    return to && { depth: 0, to }
  }
  const inner = type.kind === 'array' ? type.items : type.kind === 'map' ? type.values : undefined
  const found = inner && onwardFrom(inner)
  return found && { ...found, depth: found.depth + 1 }
}

interface Found {
  gate: string
  drop(): void
}

function gatedIn(value: unknown, { own, onward }: Reach, remove = () => {}): Found[] {
  if (!isRecord(value)) return []
  const found = own.flatMap(({ gate, fields, goesWhenEmpty }) =>
    fields
      .filter(field => value[field] !== undefined && value[field] !== null)
      .map(field => ({
        gate,
        drop() {
          delete value[field]
          if (goesWhenEmpty && !Object.keys(value).length) remove()
        },
      })),
  )
  for (const [name, { depth, to }] of onward) {
    if (value[name] === undefined) continue
    const removeField = () => void delete value[name]
    for (const one of itemsOf(value[name], depth)) found.push(...gatedIn(one, to, removeField))
  }
  return found
}

const itemsOf = (value: unknown, depth: number): unknown[] =>
  depth === 0 ? [value] : Object.values(value ?? {}).flatMap(item => itemsOf(item, depth - 1))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
