import { classOf } from '#kubernetes/storage-binding.ts'
import type { ClusterListers, Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'

const rejection = { reasons: ['node(s) exceed max volume count'], final: false }

/** A node takes no more volumes of a CSI driver than its CSINode says the driver can attach there. */
export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  wakesOn: ['node added', 'csi node', 'pod removed', 'storage'],
  mayHelp: ({ claims }, { pod }) => !pod || claims.length > 0,
  filter({ claims }, _nodes, listers) {
    const wanted = volumesOf(claims, listers)
    if (wanted.size === 0) return undefined
    return node => (exceeds(node, wanted, listers) ? rejection : undefined)
  },
}

/** The drivers of claims' volumes, by what tells one volume from another: two claims of a pod may share one. */
function volumesOf(
  keys: Iterable<string>,
  { claims, volumes, classes }: ClusterListers,
): Map<string, string> {
  const found = new Map<string, string>()
  for (const key of keys) {
    const claim = claims.get(key)
    const volume = volumes.get(claim?.spec?.volumeName ?? '')
    const csi = volume?.spec?.csi
    const provisioner = claim && !volume && classes.get(classOf(claim))?.provisioner
    if (csi) found.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver)
    else if (provisioner) found.set(`${provisioner}/${key}`, provisioner)
  }
  return found
}

function exceeds(
  node: NodeState,
  wanted: ReadonlyMap<string, string>,
  listers: ClusterListers,
): boolean {
  const limits = new Map(
    (listers.csiNodes.get(node.name)?.spec.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count] as const],
    ),
  )
  if (![...wanted.values()].some(driver => limits.has(driver))) return false
  const all = new Map([...volumesOf(node.claims.keys(), listers), ...wanted])
  for (const [driver, limit] of limits) {
    const isWanted = [...wanted.values()].includes(driver)
    const count = [...all.values()].filter(one => one === driver).length
    if (isWanted && count > limit) return true
  }
  return false
}
