import type {
  Device,
  DeviceAttribute,
  DeviceTaint,
  ResourcePool,
  ResourceSliceSpec,
} from '#kubernetes/api/resource-v1.ts'
import {
  checkLabel,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateDriverName } from '../shared/csi-driver-name.ts'
import { validateDeviceName, validateList, validateSet } from '../shared/devices/device-lists.ts'
import { validatePoolName } from '../shared/devices/pool-name.ts'
import {
  invalid,
  malformed,
  oneOf,
  required,
  requiredForm,
  tooLong,
} from '../shared/field-errors.ts'
import { byteLength } from '../shared/object-meta.ts'
import { validateNodeSelector } from '../shared/pod-spec/validate-affinity.ts'

const limits = {
  devices: 64,
  counterSets: 8,
  counters: 32,
  consumed: 2,
  taints: 16,
  names: 32,
  conditions: 4,
}
const maxAttributeBytes = 64
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/

/** What is wrong with a slice of a driver's devices. */
export function validateSlice(spec: ResourceSliceSpec): FieldError[] {
  const { sharedCounters, devices } = spec
  return [
    ...validateDriverName(spec.driver, 'spec.driver'),
    ...validatePool(spec.pool ?? { name: '', generation: 0, resourceSliceCount: 0 }),
    ...validateNodes(spec),
    ...(sharedCounters && devices
      ? [invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')]
      : []),
    ...validateSet(
      sharedCounters,
      limits.counterSets,
      'spec.sharedCounters',
      ({ name }) => name,
      ({ name, counters }, path) => [
        ...requiredForm(`${path}.name`, name, checkLabel),
        ...validateCounters(counters, `${path}.counters`),
      ],
    ),
    ...validateSet(
      devices,
      limits.devices,
      'spec.devices',
      ({ name }) => name,
      (device, path) => validateDevice(device, path, spec.perDeviceNodeSelection ?? false),
    ),
  ]
}

const validatePool = ({ name, generation, resourceSliceCount }: ResourcePool): FieldError[] => [
  ...validatePoolName(name, 'spec.pool.name'),
  ...(resourceSliceCount > 0
    ? []
    : [invalid('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero')]),
  ...(generation >= 0
    ? []
    : [invalid('spec.pool.generation', generation, 'must be greater than or equal to zero')]),
]

function validateNodes(spec: ResourceSliceSpec): FieldError[] {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec
  const given = [
    ...(nodeName === undefined ? [] : ['`nodeName`']),
    ...(nodeSelector ? ['`nodeSelector`'] : []),
    ...(allNodes === undefined ? [] : ['`allNodes`']),
    ...(perDeviceNodeSelection === undefined ? [] : ['`perDeviceNodeSelection`']),
  ]
  const detail =
    'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  const isFalse = (field: string, value: boolean | undefined) =>
    value === false ? [invalid(field, value, 'must be either unset or set to true')] : []
  return [
    ...(nodeName === ''
      ? [invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string')]
      : malformed('spec.nodeName', nodeName, checkSubdomain(nodeName ?? 'a'))),
    ...(nodeSelector ? validateNodeSelector(nodeSelector, 'spec.nodeSelector') : []),
    ...((nodeSelector?.nodeSelectorTerms?.length ?? 1) === 1
      ? []
      : [
          invalid(
            'spec.nodeSelector.nodeSelectorTerms',
            nodeSelector?.nodeSelectorTerms,
            'must have exactly one node selector term',
          ),
        ]),
    ...isFalse('spec.allNodes', allNodes),
    ...isFalse('spec.perDeviceNodeSelection', perDeviceNodeSelection),
    ...(given.length === 0 ? [required('spec', detail)] : []),
    ...(given.length > 1
      ? [invalid('spec', `{${given.join(', ')}}`, `${detail}, but multiple fields are set`)]
      : []),
  ]
}

function validateDevice(device: Device, path: string, choosesNodes: boolean): FieldError[] {
  const { attributes = {}, capacity = {} } = device
  const names = [...Object.keys(attributes), ...Object.keys(capacity)]
  return [
    ...requiredForm(`${path}.name`, device.name, checkLabel),
    ...(names.length > limits.names
      ? [
          invalid(
            path,
            names.length,
            `the total number of attributes and capacities must not exceed ${limits.names}`,
          ),
        ]
      : []),
    ...Object.entries(attributes).flatMap(([name, attribute]) => [
      ...validateDeviceName(name, `${path}.attributes[${name}]`),
      ...validateAttribute(attribute, `${path}.attributes[${name}]`),
    ]),
    ...Object.keys(capacity).flatMap(name => validateDeviceName(name, `${path}.capacity[${name}]`)),
    ...validateList(device.taints, limits.taints, `${path}.taints`, validateTaint),
    ...validateSet(
      device.consumesCounters,
      limits.consumed,
      `${path}.consumesCounters`,
      ({ counterSet }) => counterSet,
      ({ counterSet, counters }, path) => [
        ...(counterSet ? [] : [required(`${path}.counterSet`)]),
        ...validateCounters(counters, `${path}.counters`),
      ],
    ),
    ...validateDeviceNodes(device, path, choosesNodes),
    ...validateBinding(device, path),
  ]
}

function validateAttribute(attribute: DeviceAttribute, path: string): FieldError[] {
  const given = Object.keys(attribute)
  const { string, version } = attribute
  const tooLarge = (text = '', field: string) =>
    byteLength(text) > maxAttributeBytes ? [tooLong(`${path}.${field}`, maxAttributeBytes)] : []
  return [
    ...tooLarge(string, 'string'),
    ...(version === undefined || semver.test(version)
      ? []
      : [
          invalid(
            `${path}.version`,
            version,
            'must be a string compatible with semver.org spec 2.0.0',
          ),
        ]),
    ...tooLarge(version, 'version'),
    ...(given.length === 1
      ? []
      : [invalid(path, attribute, 'exactly one value must be specified')]),
  ]
}

const validateTaint = ({ key, value = '', effect }: DeviceTaint, path: string): FieldError[] => [
  ...requiredForm(`${path}.key`, key, checkQualifiedName),
  ...malformed(`${path}.value`, value, checkLabelValue(value)),
  ...oneOf(`${path}.effect`, effect, ['NoExecute', 'NoSchedule', 'None']),
]

const validateCounters = (counters: Record<string, unknown> = {}, path: string): FieldError[] => {
  const names = Object.keys(counters)
  if (names.length === 0) return [required(path)]
  return validateList(names, limits.counters, path, () => []).concat(
    names.flatMap(name => malformed(`${path}[${name}]`, name, checkLabel(name))),
  )
}

function validateDeviceNodes(device: Device, path: string, choosesNodes: boolean): FieldError[] {
  const { nodeName, nodeSelector, allNodes } = device
  const given = [nodeName, nodeSelector, allNodes].filter(value => value !== undefined).length
  if (!choosesNodes)
    return given === 0
      ? []
      : [
          invalid(
            path,
            '',
            '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
          ),
        ]
  const detail =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  if (given === 0) return [required(path, detail)]
  return given > 1 ? [invalid(path, '', detail)] : []
}

function validateBinding(device: Device, path: string): FieldError[] {
  const { bindingConditions = [], bindingFailureConditions = [] } = device
  const lists = { bindingConditions, bindingFailureConditions }
  return [
    ...Object.entries(lists).flatMap(([field, conditions]) =>
      validateSet(
        conditions,
        limits.conditions,
        `${path}.${field}`,
        condition => condition,
        (condition, path) => malformed(path, condition, checkQualifiedName(condition)),
      ),
    ),
    ...bindingFailureConditions.flatMap((condition, index) =>
      bindingConditions.includes(condition)
        ? [
            invalid(
              `${path}.bindingFailureConditions[${index}]`,
              condition,
              'bindingFailureConditions must not overlap with bindingConditions',
            ),
          ]
        : [],
    ),
    ...(bindingConditions.length === 0 && bindingFailureConditions.length > 0
      ? [
          invalid(
            `${path}.bindingConditions`,
            bindingConditions,
            'bindingConditions are required to use bindingFailureConditions',
          ),
        ]
      : []),
    ...(bindingFailureConditions.length === 0 && bindingConditions.length > 0
      ? [
          invalid(
            `${path}.bindingFailureConditions`,
            bindingFailureConditions,
            'bindingFailureConditions are required to use bindingConditions',
          ),
        ]
      : []),
  ]
}
