import { expect, test } from 'vitest'
import type { ResourceInfo } from '../../src-main/contract/tables.ts'
import { buildNavigation, pathTo } from './navigation.ts'

const info = (
  group: string,
  resource: string,
  kind: string,
  part: Partial<ResourceInfo> = {},
): ResourceInfo => ({
  group,
  version: 'v1',
  resource,
  kind,
  singular: kind.toLowerCase(),
  namespaced: true,
  verbs: ['list'],
  shortNames: [],
  categories: [],
  subresources: [],
  custom: false,
  ...part,
})
const served = [
  info('', 'pods', 'Pod'),
  info('', 'nodes', 'Node'),
  info('', 'events', 'Event'),
  info('events.k8s.io', 'events', 'Event'),
  info('', 'bindings', 'Binding', { verbs: ['create'] }),
  info('apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition'),
  info('node.example', 'gadgets', 'Gadget'),
  info('networking.k8s.io', 'networkpolicies', 'NetworkPolicy'),
  info('cert-manager.io', 'certificates', 'Certificate', { custom: true }),
]
const nodes = buildNavigation(served)
const labels = (id: string) =>
  nodes.find(node => node.id === id)?.children?.map(({ label }) => label)

test('kinds stand in their groups, and what has none under More kinds', () => {
  expect(labels('workloads')).toEqual(['Pods'])
  expect(labels('network')).toEqual(['NetworkPolicies', 'Port forwards'])
  expect(labels('more')).toEqual(['Gadgets'])
})

test('groups without kinds, kinds that can’t be listed and the second Events are left out', () => {
  expect(nodes.map(({ label }) => label)).toEqual([
    'Overview',
    'Workloads',
    'Network',
    'Nodes',
    'Events',
    'More kinds',
    'Custom resources',
  ])
})

test('custom kinds stand under their API group', () => {
  expect(labels('custom')).toEqual(['Definitions', 'cert-manager.io'])
  expect(pathTo(nodes, 'cert-manager.io/v1/certificates')).toEqual([
    'custom',
    'group cert-manager.io',
  ])
  expect(pathTo(nodes, '/v1/nodes')).toEqual([])
})
