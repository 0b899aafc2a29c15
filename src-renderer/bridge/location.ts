import { useMemo, useSyncExternalStore } from 'react'
import { formatRoute, parseRoute, type Route } from './route.ts'

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** Where the window is, from its URL. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

export const currentRoute = (): Route => parseRoute(location.hash)

export const href = (route: Route): string => `#${formatRoute(route)}`

/** Goes somewhere. `replace` leaves no step to go back to: for typing, sorting, moving through a list. */
export function navigate(route: Route, { replace = false } = {}): void {
  const target = href(route)
  if (target === location.hash) return
  if (!replace) {
    location.hash = target
    return
  }
  history.replaceState(history.state, '', target)
  dispatchEvent(new HashChangeEvent('hashchange'))
}
