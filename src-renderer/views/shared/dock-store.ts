import type { ObjectName } from '../../../src-main/contract/objects.ts'
import { Store } from '../../bridge/store.ts'

interface Target {
  readonly cluster: string
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** A long-lived tool below the lists. */
export type DockTab =
  | {
      readonly id: string
      readonly type: 'logs'
      readonly title: string
      /** The container that shows, or the first one while all of them do. */
      readonly target: Target
      /** Whose pods these are. */
      readonly of: ObjectName
      /** The logs of all its pods show in one. */
      readonly all: boolean
      /** Further pods and containers to choose from. */
      readonly pods: readonly { readonly name: string; readonly containers: readonly string[] }[]
    }
  | { readonly id: string; readonly type: 'shell'; readonly title: string; readonly target: Target }

/** A tab that shows logs. */
export type LogTab = Extract<DockTab, { type: 'logs' }>

export interface DockState {
  readonly tabs: readonly DockTab[]
  readonly active: string | undefined
  readonly minimised: boolean
  readonly maximised: boolean
}

export const dock = new Store<DockState>({
  tabs: [],
  active: undefined,
  minimised: false,
  maximised: false,
})

type NewTab = DockTab extends infer T ? (T extends DockTab ? Omit<T, 'id'> : never) : never

/** Opens a tab, or shows the one that is open on the same thing already; every shell is its own. */
export function openTab(tab: NewTab): void {
  const key = `${tab.type} ${JSON.stringify(tab.type === 'logs' && tab.all ? tab.of : tab.target)}`
  dock.update(state => {
    const known = tab.type === 'logs' ? state.tabs.find(({ id }) => id === key) : undefined
    const id =
      known?.id ?? (tab.type === 'logs' ? key : `${key} ${state.tabs.length} ${Date.now()}`)
    const tabs = known ? state.tabs : [...state.tabs, { ...tab, id }]
    return { ...state, tabs, active: id, minimised: false }
  })
}

export const showTab = (id: string): void =>
  dock.update(state => ({ ...state, active: id, minimised: false }))

export function closeTab(id: string): void {
  dock.update(state => {
    const at = state.tabs.findIndex(tab => tab.id === id)
    const tabs = state.tabs.filter(tab => tab.id !== id)
    const next = tabs[Math.min(at, tabs.length - 1)]
    return { ...state, tabs, active: state.active === id ? next?.id : state.active }
  })
}

/** Shows a log tab on another pod or container, or on all there are. */
export function retarget(id: string, target: Target, all: boolean): void {
  dock.update(state => ({
    ...state,
    tabs: state.tabs.map(tab =>
      tab.id === id && tab.type === 'logs'
        ? { ...tab, target, all, title: all ? tab.of.name : target.pod }
        : tab,
    ),
  }))
}
