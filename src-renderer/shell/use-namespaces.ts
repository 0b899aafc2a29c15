import { useCallback, useEffect, useMemo } from 'react'
import { useSetting } from '../bridge/hooks.ts'
import { currentRoute, navigate } from '../bridge/location.ts'
import type { Route } from '../bridge/route.ts'

type ByCluster = Readonly<Record<string, readonly string[]>>

const parse = (value: unknown): ByCluster =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value ? value : {}).filter(
      ([, names]) => Array.isArray(names) && names.every(name => typeof name === 'string'),
    ),
  ) as ByCluster

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, at) => name === b[at])
const none: readonly string[] = []

/** The namespaces that show, remembered per cluster. A list's URL names them too, and a URL that does so wins. */
export function useNamespaces(
  route: Route,
): readonly [readonly string[], (namespaces: readonly string[]) => void] {
  const [all, setAll] = useSetting('namespaces', parse)
  const cluster = route.page === 'clusters' ? '' : route.cluster
  const remembered = all[cluster] ?? none
  const named = route.page === 'list' ? route.list.namespaces : undefined
  useEffect(() => {
    if (named && !same(named, remembered)) setAll({ ...all, [cluster]: named })
    else if (!named && remembered.length && route.page === 'list')
      navigate(withNamespaces(route, remembered), { replace: true })
  }, [named, remembered, all, setAll, cluster, route])
  const choose = useCallback(
    (namespaces: readonly string[]) => {
      setAll({ ...all, [cluster]: namespaces })
      const here = currentRoute()
      if (here.page === 'list') navigate(withNamespaces(here, namespaces), { replace: true })
    },
    [all, setAll, cluster],
  )
  const shown = named ?? remembered
  // Another place in the same namespaces is no reason to draw anew what depends on them alone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names are what counts, not the array
  return [useMemo(() => shown, [shown.join()]), choose]
}

function withNamespaces(
  route: Extract<Route, { page: 'list' }>,
  namespaces: readonly string[],
): Route {
  const { namespaces: _, ...list } = route.list
  return { ...route, list: namespaces.length ? { ...list, namespaces } : list }
}
