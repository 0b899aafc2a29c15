import type { Secret } from '#kubernetes/api/core-v1.ts'
import { checkConfigMapKey } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { immutable, invalid, malformed, required, tooLong } from './shared/field-errors.ts'
import { refuseChangeOfImmutable } from './shared/immutable-data.ts'
import { jsonProblem } from './shared/json-text.ts'
import { tlsPairWarnings } from './shared/tls-pair-warnings.ts'

const maxBytes = 1024 * 1024
const accountName = 'kubernetes.io/service-account.name'

/** What each of Kubernetes' own types must hold. */
const requiredKeys: Record<string, string[]> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

function validate(secret: Secret): FieldError[] {
  const { data = {} } = secret
  const bytes = Object.values(data).reduce(
    (sum, base64) => sum + Buffer.byteLength(base64 ?? '', 'base64'),
    0,
  )
  return [
    ...Object.keys(data).flatMap(key => malformed(`data[${key}]`, key, checkConfigMapKey(key))),
    ...(bytes > maxBytes ? [tooLong('data', maxBytes)] : []),
    ...validateType(secret),
  ]
}

function validateType({ type = '', data = {}, metadata }: Secret): FieldError[] {
  const given = (key: string) => Object.hasOwn(data, key)
  if (type === 'kubernetes.io/service-account-token')
    return metadata.annotations?.[accountName]
      ? []
      : [required(`metadata.annotations[${accountName}]`)]
  if (type === 'kubernetes.io/basic-auth')
    return given('username') || given('password')
      ? []
      : [required('data[username]'), required('data[password]')]
  const keys = Object.hasOwn(requiredKeys, type) ? requiredKeys[type] : undefined
  return (keys ?? []).flatMap(key => {
    if (!given(key)) return [required(`data[${key}]`)]
    return key.startsWith('.docker') ? validateJson(data[key] ?? '', `data[${key}]`) : []
  })
}

/** The content itself is not repeated in the error. */
function validateJson(base64: string, path: string): FieldError[] {
  const problem = jsonProblem(Buffer.from(base64, 'base64').toString())
  return problem ? [invalid(path, '<secret contents redacted>', problem)] : []
}

const textOf = (base64 = ''): string => Buffer.from(base64, 'base64').toString()

export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  storagePrefix: '/registry/secrets',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', value: ({ type }) => type ?? '' },
    { name: 'Data', type: 'string', value: ({ data = {} }) => Object.keys(data).length },
    ageColumn,
  ],
  selectableFields: { type: ({ type }) => type ?? '' },
  defaults(secret) {
    secret.type ||= 'Opaque'
    for (const [key, text] of Object.entries(secret.stringData ?? {}))
      secret.data = { ...secret.data, [key]: Buffer.from(text).toString('base64') }
    delete secret.stringData
  },
  warnings: ({ type, data = {} }) =>
    type === 'kubernetes.io/tls'
      ? tlsPairWarnings(textOf(data['tls.crt']), textOf(data['tls.key']))
      : [],
  validate,
  validateUpdate: (secret, old) => [
    ...immutable('type', secret.type, old.type),
    ...refuseChangeOfImmutable(secret, old, ['data']),
  ],
})
