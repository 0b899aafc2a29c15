import type { Ingress, IngressSpec } from '#kubernetes/api/networking-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, moreList, nameColumn } from '../shared/columns.ts'
import { keepStatus } from '../shared/status.ts'
import {
  classAnnotation,
  validateIngress,
  validateIngressCreate,
  validateIngressStatus,
} from './ingress-validation.ts'

function addressText({ status }: Ingress): string {
  const ingress = status?.loadBalancer?.ingress ?? []
  const addresses = new Set(ingress.map(({ ip, hostname }) => ip || hostname || ''))
  addresses.delete('')
  return [...addresses].sort().join(',')
}

export const ingresses = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  storagePrefix: '/registry/ingress',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Class', type: 'string', value: ({ spec }) => spec.ingressClassName ?? '<none>' },
    {
      name: 'Hosts',
      type: 'string',
      value: ({ spec }) =>
        moreList(
          (spec.rules ?? []).flatMap(({ host }) => host || []),
          3,
          '*',
        ),
    },
    { name: 'Address', type: 'string', value: addressText },
    { name: 'Ports', type: 'string', value: ({ spec }) => (spec.tls?.length ? '80, 443' : '80') },
    ageColumn,
  ],
  defaults(ingress) {
    ingress.spec ??= {} as IngressSpec
  },
  prepareForCreate(ingress) {
    ingress.status = { loadBalancer: {} }
  },
  prepareForUpdate: keepStatus,
  validate: validateIngress,
  validateCreate: validateIngressCreate,
  warnings: ({ metadata, spec }, old) =>
    old || spec.ingressClassName || !metadata.annotations?.[classAnnotation]
      ? []
      : [
          `annotation ${JSON.stringify(classAnnotation)} is deprecated, please use 'spec.ingressClassName' instead`,
        ],
  status: { validateUpdate: validateIngressStatus },
})
