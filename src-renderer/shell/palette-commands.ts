import type { ClusterSummary } from '../../src-main/contract/clusters.ts'
import { navigate } from '../bridge/location.ts'
import type { useAppearance } from '../views/shared/appearance.ts'
import type { ClusterView } from '../views/shared/cluster.ts'
import { buildNavigation, type NavNode } from './navigation.ts'
import type { Command } from './palette-search.ts'

/** The lists of a cluster, by everything a kind is called. */
export function kindCommands({ id, resources }: ClusterView): Command[] {
  const leaves = (nodes: readonly NavNode[]): NavNode[] =>
    nodes.flatMap(node => (node.children ? leaves(node.children) : node.info ? [node] : []))
  return leaves(buildNavigation(resources)).flatMap(({ id: key, label, info }) =>
    info
      ? [
          {
            id: key,
            group: 'Kinds' as const,
            label,
            detail: [info.group, ...info.shortNames].filter(Boolean).join(', '),
            words: [info.resource, ...info.shortNames],
            run: () =>
              navigate({
                page: 'list',
                cluster: id,
                resource: { group: info.group, version: info.version, resource: info.resource },
                list: { filter: '' },
              }),
          },
        ]
      : [],
  )
}

interface WindowCommandsInput {
  cluster: ClusterView
  /** Why nothing may be created in the namespaces that show. */
  refusalToCreate: string | undefined
  onHelp: () => void
  appearance: ReturnType<typeof useAppearance>[0]
  setAppearance: ReturnType<typeof useAppearance>[1]
}

/** What can be done from anywhere. */
export function windowCommands({
  cluster,
  refusalToCreate,
  onHelp,
  appearance,
  setAppearance,
}: WindowCommandsInput): Command[] {
  const command = (id: string, label: string, run: () => void, detail = ''): Command => ({
    id,
    group: 'Commands',
    label,
    detail,
    run,
  })
  const isReady = cluster.resources.length > 0
  return [
    ...(isReady
      ? [
          command(
            'overview',
            'Overview',
            () => navigate({ page: 'overview', cluster: cluster.id }),
            cluster.name,
          ),
          {
            ...command(
              'create',
              'Create from YAML…',
              () => navigate({ page: 'create', cluster: cluster.id }),
              cluster.name,
            ),
            ...(refusalToCreate && { reason: refusalToCreate }),
          },
          command(
            'forwards',
            'Port forwards',
            () => navigate({ page: 'forwards', cluster: cluster.id }),
            cluster.name,
          ),
        ]
      : []),
    command('clusters', 'All clusters', () => navigate({ page: 'clusters', create: false })),
    command('new', 'New local cluster…', () => navigate({ page: 'clusters', create: true })),
    ...(['system', 'light', 'dark'] as const).map(theme =>
      command(`theme-${theme}`, `Theme: ${theme}`, () => setAppearance({ ...appearance, theme })),
    ),
    ...(['compact', 'comfortable'] as const).map(density =>
      command(`density-${density}`, `Density: ${density}`, () =>
        setAppearance({ ...appearance, density }),
      ),
    ),
    command('help', 'Keyboard shortcuts', onHelp),
  ]
}

/** The clusters to go to. */
export const clusterCommands = (clusters: readonly ClusterSummary[]): Command[] =>
  clusters.map(({ id, name, kind }) => ({
    id,
    group: 'Clusters',
    label: name,
    detail: kind === 'local' ? 'local cluster' : 'context',
    run: () => navigate({ page: 'overview', cluster: id }),
  }))
