import type { MutatingWebhookConfiguration } from '#kubernetes/api/admissionregistration-v1.ts'
import { defineResource } from './define-resource.ts'
import {
  defaultWebhook,
  webhookConfiguration,
} from './shared/admission-rules/webhook-configuration.ts'

export const mutatingWebhookConfigurations = defineResource<MutatingWebhookConfiguration>({
  ...webhookConfiguration,
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  storagePrefix: '/registry/mutatingwebhookconfigurations',
  defaults({ webhooks }) {
    for (const webhook of webhooks ?? []) {
      defaultWebhook(webhook)
      webhook.reinvocationPolicy ??= 'Never'
    }
  },
})
