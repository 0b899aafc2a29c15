import type { Secret } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'

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
      secret.data = { ...secret.data, [key]: base64(text) }
    delete secret.stringData
  },
  prepareForUpdate(secret, old) {
    if (!secret.type && old.type) secret.type = old.type
  },
})

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
