import type { ValidatingWebhookConfiguration } from '#kubernetes/api/admissionregistration-v1.ts'
import { defineResource } from './define-resource.ts'
import {
  defaultWebhook,
  webhookConfiguration,
} from './shared/admission-rules/webhook-configuration.ts'

export const validatingWebhookConfigurations = defineResource<ValidatingWebhookConfiguration>({
  ...webhookConfiguration,
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  storagePrefix: '/registry/validatingwebhookconfigurations',
  defaults({ webhooks }) {
    for (const webhook of webhooks ?? []) defaultWebhook(webhook)
  },
})
