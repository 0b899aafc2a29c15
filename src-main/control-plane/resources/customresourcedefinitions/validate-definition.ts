import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
} from '#kubernetes/api/apiextensions-v1.ts'
import { checkLabel1035, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  immutable,
  invalid,
  malformed,
  oneOf,
  optionalForm,
  required,
  requiredForm,
} from '../shared/field-errors.ts'
import { validateConversion } from './validate-conversion.ts'
import { validateVersion } from './validate-version.ts'

/** Nothing is said of the name alone: it has to match names and group, which `validateDefinition` looks at. */
export const validateName = (name: string): string[] => checkSubdomain(name)

/** What is wrong with a definition. */
export function validateDefinition(
  crd: CustomResourceDefinition,
  old?: Readonly<CustomResourceDefinition>,
): FieldError[] {
  const { metadata, spec, status } = crd
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  return [
    ...(metadata.name === wanted
      ? []
      : [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateSpec(spec, old?.spec),
    ...validateNames(status?.acceptedNames, 'status.acceptedNames'),
    ...validateStoredVersions(crd),
  ]
}

function validateSpec(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinitionSpec | undefined,
): FieldError[] {
  const { group, scope, names, versions = [], conversion } = spec
  const stored = versions.filter(({ storage }) => storage).length
  return [
    ...requiredForm('spec.group', group, checkSubdomain),
    ...(group && !group.includes('.')
      ? [invalid('spec.group', group, 'should be a domain with at least one dot')]
      : []),
    ...oneOf('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...(spec.preserveUnknownFields && !old?.preserveUnknownFields
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...each(versions, 'spec.versions', (version, path, index) =>
      validateVersion(version, path, old?.versions[index]),
    ),
    ...(new Set(versions.map(({ name }) => name)).size < versions.length
      ? [invalid('spec.versions', versions, 'must contain unique version names')]
      : []),
    ...(stored === 1
      ? []
      : [
          invalid(
            'spec.versions',
            versions,
            'must have exactly one version marked as storage version',
          ),
        ]),
    ...validateRequiredNames(names),
    ...validateNames(names, 'spec.names'),
    ...validateConversion(conversion),
  ]
}

const validateRequiredNames = (names: CustomResourceDefinitionNames | undefined): FieldError[] =>
  (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter(key => !names?.[key])
    .map(key => required(`spec.names.${key}`))

function validateNames(
  names: CustomResourceDefinitionNames | undefined,
  path: string,
): FieldError[] {
  if (!names) return []
  const { plural, singular, kind, listKind, shortNames, categories } = names
  const mixedCase = (name: string) =>
    checkLabel1035(name.toLowerCase()).map(
      text => `may have mixed case, but should otherwise match: ${text}`,
    )
  const label = (name: string, at: string) => malformed(at, name, checkLabel1035(name))
  return [
    ...optionalForm(`${path}.plural`, plural, checkLabel1035),
    ...optionalForm(`${path}.singular`, singular, checkLabel1035),
    ...optionalForm(`${path}.kind`, kind, mixedCase),
    ...optionalForm(`${path}.listKind`, listKind, mixedCase),
    ...each(shortNames, `${path}.shortNames`, label),
    ...(kind && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...each(categories, `${path}.categories`, label),
  ]
}

function validateStoredVersions({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = 'status.storedVersions'
  const known = status?.storedVersions ?? []
  const names = (spec.versions ?? []).map(({ name }) => name)
  const storage = spec.versions?.find(one => one.storage)?.name
  if (!known.length) return [invalid(path, known, 'must have at least one stored version')]
  return [
    ...each(known, path, (name, at) =>
      names.includes(name)
        ? []
        : [
            invalid(
              at,
              name,
              `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
            ),
          ],
    ),
    ...(storage && !known.includes(storage)
      ? [invalid(path, known, `must have the storage version ${storage}`)]
      : []),
  ]
}

/** What the names and scope of a definition may not become once it is served. */
export function validateDefinitionUpdate(
  { spec }: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] {
  const isEstablished = old.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  )
  return [
    ...(isEstablished
      ? [
          ...immutable('spec.scope', spec.scope, old.spec.scope),
          ...immutable('spec.names.kind', spec.names.kind, old.spec.names.kind),
        ]
      : []),
    ...immutable('spec.group', spec.group, old.spec.group),
    ...immutable('spec.names.plural', spec.names.plural, old.spec.names.plural),
  ]
}

export const validateDefinitionStatus = (crd: CustomResourceDefinition): FieldError[] => [
  ...validateNames(crd.status?.acceptedNames, 'status.acceptedNames'),
  ...validateStoredVersions(crd),
]
