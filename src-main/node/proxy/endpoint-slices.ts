import type { Informer } from '#client/informer.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'

/** The index of slices by `namespace/name` of their service. */
export const bySlicedService = 'service'

/** `namespace/name` of the service whose endpoints a slice holds. */
export const serviceOf = ({ metadata }: EndpointSlice): string =>
  `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`

export const indexByService = (slices: Informer<EndpointSlice>): void =>
  slices.addIndex(bySlicedService, slice => [serviceOf(slice)])
