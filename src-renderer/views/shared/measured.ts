import { useUsage } from '../../bridge/hooks.ts'
import type { Usage } from '../../bridge/usage.ts'
import { useCluster } from './cluster.ts'

/** What pods or nodes use, where the cluster serves metrics; undefined where it doesn't or nothing is measured. */
export function useMeasured(
  of: 'pods' | 'nodes' | undefined,
  namespaces: readonly string[] = [],
): Usage | undefined {
  const { id, resources } = useCluster()
  const isServed = resources.some(
    ({ group, resource }) => group === 'metrics.k8s.io' && resource === of,
  )
  return useUsage(of && isServed ? { cluster: id, of, namespaces: [...namespaces] } : undefined)
}
