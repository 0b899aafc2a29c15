import type { ValidatingWebhookConfiguration } from '#kubernetes/api/admissionregistration-v1.ts'
import { defineResource } from './define-resource.ts'
import { loadExpressions } from './shared/admission-rules/lazy-expressions.ts'
import {
  defaultWebhook,
  validateWebhooks,
  webhooksAreNotCalled,
} from './shared/admission-rules/validate-webhooks.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { isEqual } from './shared/field-errors.ts'

export const validatingWebhookConfigurations = defineResource<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  load: loadExpressions,
  storagePrefix: '/registry/validatingwebhookconfigurations',
  generation: true,
  changesGeneration: ({ webhooks }, old) => !isEqual(webhooks, old.webhooks),
  createWarning: webhooksAreNotCalled,
  columns: [
    nameColumn,
    { name: 'Webhooks', type: 'integer', value: ({ webhooks }) => webhooks?.length ?? 0 },
    ageColumn,
  ],
  defaults({ webhooks }) {
    for (const webhook of webhooks ?? []) defaultWebhook(webhook)
  },
  validate: ({ webhooks }) => validateWebhooks(webhooks),
})
