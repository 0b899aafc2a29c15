import type { ServiceAccount } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets'

function reduceSecretsToNames(account: ServiceAccount): void {
  if (account.secrets)
    account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }))
}

export const serviceAccounts = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  answersDeleted: true,
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  storagePrefix: '/registry/serviceaccounts',
  unconditionalUpdate: true,
  columns: [nameColumn, ageColumn],
  warnings: ({ metadata: { annotations } }, old) =>
    annotations?.[mountableSecrets] === undefined || old?.metadata.annotations?.[mountableSecrets]
      ? []
      : [
          `metadata.annotations[${mountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ],
  prepareForCreate: reduceSecretsToNames,
  prepareForUpdate: reduceSecretsToNames,
  subresources: {
    token: {
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
      verbs: ['create'],
    },
  },
})
