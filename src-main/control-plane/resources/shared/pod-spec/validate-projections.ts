import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, required, requiredText } from '../field-errors.ts'
import { validateFieldRef, validateResourceRef } from './validate-downward.ts'
import { validateUnreservedPath } from './validate-paths.ts'

const fileFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

/** What is wrong with one source of files; `path` leads to it. */
export function validateProjection(source: VolumeProjection, path: string): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  const files = secret ?? configMap
  if (files)
    return [
      ...requiredText(`${path}.name`, files.name),
      ...validateFiles(files.items, `${path}.items`),
    ]
  if (downwardAPI)
    return (downwardAPI.items ?? []).flatMap(file => validateDownwardFile(file, path))
  return serviceAccountToken ? validateToken(serviceAccountToken, path) : []
}

/** No two sources may put a file in the same place; `path` is that of the volume. */
export function validateDistinctPaths(sources: VolumeProjection[], path: string): FieldError[] {
  const seen = new Set<string>()
  return sources.flatMap(projectedFiles).flatMap(({ file, of }) => {
    const repeated = seen.has(file)
    if (file) seen.add(file)
    return repeated ? [invalid(path, of, 'conflicting duplicate paths')] : []
  })
}

/** The files that a source chooses by name, and what they are of. */
function projectedFiles({
  secret,
  configMap,
  downwardAPI,
  serviceAccountToken,
}: VolumeProjection): { file: string; of: string }[] {
  const files = secret ?? configMap
  return [
    ...(files?.items ?? []).map(({ path: file }) => ({ file, of: files?.name ?? '' })),
    ...(downwardAPI?.items ?? []).map(({ path: file }) => ({ file, of: file })),
    ...(serviceAccountToken
      ? [{ file: serviceAccountToken.path, of: serviceAccountToken.path }]
      : []),
  ]
}

/** What is wrong with the choice of keys and their files. */
export const validateFiles = (items: KeyToPath[] | undefined, path: string): FieldError[] =>
  each(items, path, (item, path) => [
    ...requiredText(`${path}.key`, item.key),
    ...requiredPath(item.path, `${path}.path`),
    ...validateMode(item.mode, `${path}.mode`),
  ])

/** Permission bits. */
export const validateMode = (mode: number | undefined, path: string): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []

function requiredPath(target: string | undefined, path: string): FieldError[] {
  return target ? validateUnreservedPath(target, path) : [required(path)]
}

function validateDownwardFile(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const { fieldRef, resourceFieldRef } = file
  const errors = requiredPath(file.path, `${path}.path`)
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, `${path}.fieldRef`, fileFields))
    if (resourceFieldRef)
      errors.push(
        invalid(
          path,
          'resource',
          'fieldRef and resourceFieldRef can not be specified simultaneously',
        ),
      )
  } else if (resourceFieldRef)
    errors.push(...validateResourceRef(resourceFieldRef, `${path}.resourceFieldRef`, true))
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
  return [...errors, ...validateMode(file.mode, `${path}.mode`)]
}

function validateToken(token: ServiceAccountTokenProjection, path: string): FieldError[] {
  const { expirationSeconds = 3600 } = token
  const field = `${path}.expirationSeconds`
  return [
    ...(expirationSeconds < 600
      ? [invalid(field, expirationSeconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(expirationSeconds > 2 ** 32
      ? [invalid(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...requiredPath(token.path, `${path}.path`),
  ]
}
