import type {
  Container,
  EphemeralContainer,
  VolumeDevice,
  VolumeMount,
} from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  notFound,
  notSupported,
  optionalOneOf,
  required,
  requiredText,
} from '../field-errors.ts'
import { validateNoBacksteps, validatePath } from './validate-paths.ts'
import type { VolumesByName } from './validate-volumes.ts'

const propagations = ['Bidirectional', 'HostToContainer', 'None']
const recursions = ['Disabled', 'Enabled', 'IfPossible']

/** What is wrong with where a container mounts its volumes, or takes them as devices. */
export function validateMounts(
  container: Container | EphemeralContainer,
  path: string,
  volumes: VolumesByName,
): FieldError[] {
  const seen = new Set<string>()
  return [
    ...each(container.volumeMounts, `${path}.volumeMounts`, (mount, itemPath) => {
      const { name, mountPath } = mount
      const repeated = seen.has(mountPath)
      seen.add(mountPath)
      return [
        ...requiredText(`${itemPath}.name`, name),
        ...(volumes.has(name) ? [] : [notFound(`${itemPath}.name`, name ?? '')]),
        ...requiredText(`${itemPath}.mountPath`, mountPath),
        ...(repeated ? [invalid(`${itemPath}.mountPath`, mountPath, 'must be unique')] : []),
        ...clashesWithDevices(mount, container.volumeDevices ?? [], itemPath),
        ...validateMount(mount, container, itemPath, `${path}.volumeMounts`),
      ]
    }),
    ...validateDevices(container, `${path}.volumeDevices`, volumes),
  ]
}

function clashesWithDevices(
  { name, mountPath }: VolumeMount,
  devices: VolumeDevice[],
  path: string,
): FieldError[] {
  const field = (key: string, value: string, detail: string) => [
    invalid(`${path}.${key}`, value, detail),
  ]
  return [
    ...(devices.some(device => device.name === name)
      ? field('name', name, 'must not already exist in volumeDevices')
      : []),
    ...(devices.some(({ devicePath }) => devicePath === mountPath)
      ? field('mountPath', mountPath, 'must not already exist as a path in volumeDevices')
      : []),
  ]
}

function validateMount(
  mount: VolumeMount,
  { securityContext }: Container | EphemeralContainer,
  path: string,
  listPath: string,
): FieldError[] {
  const { subPath, subPathExpr, mountPropagation } = mount
  const propagationPath = `${listPath}.mountPropagation`
  return [
    ...(subPath ? validatePath(subPath, `${listPath}.subPath`) : []),
    ...(subPathExpr && subPath
      ? [
          invalid(
            `${path}.subPathExpr`,
            subPathExpr,
            'subPathExpr and subPath are mutually exclusive',
          ),
        ]
      : []),
    ...(subPathExpr ? validatePath(subPathExpr, `${listPath}.subPathExpr`) : []),
    ...optionalOneOf(propagationPath, mountPropagation, propagations),
    ...(mountPropagation === 'Bidirectional' && !securityContext?.privileged
      ? [
          forbidden(
            propagationPath,
            'Bidirectional mount propagation is available only to privileged containers',
          ),
        ]
      : []),
    ...validateRecursion(mount, `${listPath}.recursiveReadOnly`),
  ]
}

function validateRecursion(mount: VolumeMount, path: string): FieldError[] {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return []
  if (!recursions.includes(recursiveReadOnly))
    return [notSupported(path, recursiveReadOnly, recursions)]
  return [
    ...(readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None'
      ? []
      : [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]),
  ]
}

function validateDevices(
  { volumeDevices, volumeMounts = [] }: Container | EphemeralContainer,
  path: string,
  volumes: VolumesByName,
): FieldError[] {
  const names = new Set<string>()
  const paths = new Set<string>()
  return each(volumeDevices, path, ({ name, devicePath }, path) => {
    const volume = volumes.get(name)
    const errors: FieldError[] = []
    if (!name) errors.push(required(`${path}.name`))
    if (names.has(name)) errors.push(invalid(`${path}.name`, name, 'must be unique'))
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        invalid(
          `${path}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      )
    if (!volume) errors.push(notFound(`${path}.name`, name ?? ''))
    if (!devicePath) errors.push(required(`${path}.devicePath`))
    if (volumeMounts.some(mount => mount.name === name))
      errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeMounts'))
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath))
      errors.push(
        invalid(
          `${path}.devicePath`,
          devicePath,
          'must not already exist as a path in volumeMounts',
        ),
      )
    if (paths.has(devicePath))
      errors.push(invalid(`${path}.devicePath`, devicePath, 'must be unique'))
    if (devicePath && validateNoBacksteps(devicePath, '').length > 0)
      errors.push(invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    names.add(name)
    paths.add(devicePath)
    return errors
  })
}
