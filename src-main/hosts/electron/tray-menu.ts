import type { MenuItemConstructorOptions } from 'electron'
import type { LocalClusterState } from '#app/clusters/local-clusters.ts'

/** What the tray's mark shows: the worst that any local cluster is in. */
export type TrayState = 'failed' | 'running' | 'stopped'

export interface TrayActions {
  open(): void
  start(cluster: string): void
  stop(cluster: string): void
  setStartOnOpen(wanted: boolean): void
  quit(): void
}

/** The mark for a set of clusters. */
export function trayState(clusters: readonly LocalClusterState[]): TrayState {
  if (clusters.some(({ state }) => state === 'failed')) return 'failed'
  return clusters.some(({ state }) => state === 'running') ? 'running' : 'stopped'
}

/** One line that says how the local clusters are. */
export function trayTip(clusters: readonly LocalClusterState[]): string {
  const states = clusters.map(({ name, state }) => `${name} ${state}`)
  return ['Slipway', ...(states.length ? states : ['no local cluster'])].join(' · ')
}

/** The tray's menu: each local cluster with its state and what can be done with it, the window, quitting. */
export function trayTemplate(
  clusters: readonly LocalClusterState[],
  startOnOpen: boolean,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const separator = { type: 'separator' } as const
  return [
    { label: 'Open Slipway', click: () => actions.open() },
    separator,
    ...clusters.flatMap(cluster => [...clusterItems(cluster, actions), separator]),
    {
      label: 'Start the Local Cluster When Slipway Opens',
      type: 'checkbox',
      checked: startOnOpen,
      click: ({ checked }) => actions.setStartOnOpen(checked),
    },
    { label: 'Quit Slipway', click: () => actions.quit() },
  ]
}

function clusterItems(
  { name, state, error }: LocalClusterState,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const isDown = state === 'stopped' || state === 'failed'
  return [
    { label: `${name}: ${state}`, enabled: false, ...(error ? { sublabel: error } : {}) },
    isDown
      ? { label: `Start ${name}`, click: () => actions.start(name) }
      : {
          label: state === 'starting' ? `Cancel the Start of ${name}` : `Stop ${name}`,
          enabled: state !== 'stopping',
          click: () => actions.stop(name),
        },
  ]
}
