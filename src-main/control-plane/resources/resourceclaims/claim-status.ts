import type {
  AllocatedDeviceStatus,
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
} from '#kubernetes/api/resource-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateConditions } from '../shared/conditions.ts'
import { maxDeviceItems, validateConfiguration } from '../shared/devices/device-configuration.ts'
import { validateList, validateRawObject, validateSet } from '../shared/devices/device-lists.ts'
import { validatePoolName } from '../shared/devices/pool-name.ts'
import {
  forbidden,
  immutable,
  invalid,
  oneOf,
  requiredText,
  tooLong,
  tooMany,
} from '../shared/field-errors.ts'
import { byteLength } from '../shared/object-meta.ts'
import { validateNodeSelector } from '../shared/pod-spec/validate-affinity.ts'

const maxConsumers = 256
const maxConfigurations = 64
const maxConditions = 8
const maxAddresses = 16

/** What is wrong with the status of a claim, and what may not happen to it. */
export function validateClaimStatus(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const { status = {} } = claim
  const before = old.status ?? {}
  return [
    ...validateSet(
      status.reservedFor,
      maxConsumers,
      'status.reservedFor',
      ({ uid }) => uid,
      validateConsumer,
    ),
    ...validateReservations(claim, before),
    ...validateDevices(status),
    ...(before.allocation && status.allocation
      ? immutable('status.allocation', status.allocation, before.allocation)
      : validateAllocation(status.allocation)),
  ]
}

const validateConsumer = (
  { resource, name, uid }: ResourceClaimConsumerReference,
  path: string,
): FieldError[] => [
  ...requiredText(`${path}.resource`, resource),
  ...requiredText(`${path}.name`, name),
  ...requiredText(`${path}.uid`, uid),
]

function validateReservations(
  { metadata, status = {} }: ResourceClaim,
  before: ResourceClaimStatus,
): FieldError[] {
  const path = 'status.reservedFor'
  if (!status.reservedFor?.length) return []
  if (!status.allocation)
    return [forbidden(path, 'may not be specified when `allocated` is not set')]
  const known = new Set(before.reservedFor?.map(({ uid }) => uid))
  const isNew = status.reservedFor.some(({ uid }) => !known.has(uid))
  return metadata.deletionTimestamp && isNew
    ? [
        forbidden(
          path,
          'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
        ),
      ]
    : []
}

function validateDevices({ allocation, devices }: ResourceClaimStatus): FieldError[] {
  const keyOf = ({ driver, pool, device, shareID = '' }: AllocatedDeviceStatus) =>
    [driver, pool, device, shareID].join('/')
  const allocated = new Set((allocation?.devices?.results ?? []).map(keyOf))
  return validateSet(devices, Number.POSITIVE_INFINITY, 'status.devices', keyOf, (device, path) => [
    ...validatePoolName(device.pool, `${path}.pool`),
    ...(allocated.has(keyOf(device))
      ? []
      : [invalid(path, keyOf(device), 'must be an allocated device in the claim')]),
    ...((device.conditions?.length ?? 0) > maxConditions
      ? [tooMany(`${path}.conditions`, device.conditions?.length ?? 0, maxConditions)]
      : []),
    ...validateConditions(device.conditions, `${path}.conditions`),
    ...(device.data === undefined ? [] : validateRawObject(device.data, `${path}.data`)),
    ...validateNetworkData(device.networkData ?? {}, `${path}.networkData`),
  ])
}

const validateNetworkData = (
  data: NonNullable<AllocatedDeviceStatus['networkData']>,
  path: string,
): FieldError[] => [
  ...atMost(data.interfaceName, 256, `${path}.interfaceName`),
  ...atMost(data.hardwareAddress, 128, `${path}.hardwareAddress`),
  ...validateSet(data.ips, maxAddresses, `${path}.ips`, ip => ip),
]

const atMost = (text: string | undefined, maxBytes: number, path: string): FieldError[] =>
  byteLength(text ?? '') > maxBytes ? [tooLong(path, maxBytes)] : []

function validateAllocation(allocation: ResourceClaimStatus['allocation']): FieldError[] {
  if (!allocation) return []
  const { devices, nodeSelector } = allocation
  const path = 'status.allocation'
  return [
    ...validateList(devices?.results, maxDeviceItems, `${path}.devices.results`, ({ pool }, path) =>
      validatePoolName(pool, `${path}.pool`),
    ),
    ...validateList(
      devices?.config,
      maxConfigurations,
      `${path}.devices.config`,
      (config, path) => [
        ...oneOf(`${path}.source`, config.source, ['FromClaim', 'FromClass']),
        ...validateSet(config.requests, maxDeviceItems, `${path}.requests`, request => request),
        ...validateConfiguration(config, path),
      ],
    ),
    ...(nodeSelector ? validateNodeSelector(nodeSelector, `${path}.nodeSelector`) : []),
  ]
}
