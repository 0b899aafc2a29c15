import type { EndpointSubset, Endpoints } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, moreList, nameColumn } from './shared/columns.ts'

const hostPort = (ip: string, port: number) =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const subsetAddresses = ({ addresses = [], ports = [] }: EndpointSubset): string[] =>
  ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)))

export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  storagePrefix: '/registry/services/endpoints',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      type: 'string',
      value: ({ subsets = [] }) => moreList(subsets.flatMap(subsetAddresses), 3, '<none>'),
    },
    ageColumn,
  ],
  defaults({ subsets = [] }) {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ??= 'TCP'
  },
})
