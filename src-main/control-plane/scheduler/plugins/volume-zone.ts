import type { PersistentVolume } from '#kubernetes/api/core-v1.ts'
import type { Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'

const rejection = { reasons: ['node(s) had no available volume zone'], final: true }
const topologyLabels = [
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]

/** Pods go to the zone that the labels of their bound volumes name. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  wakesOn: ['node added', 'node labels', 'storage'],
  filter({ claims: keys }, _nodes, { claims, volumes }) {
    const wanted = keys
      .map(key => volumes.get(claims.get(key)?.spec?.volumeName ?? ''))
      .flatMap(volume => (volume ? zonesOf(volume) : []))
    if (wanted.length === 0) return undefined
    return node => {
      if (!topologyLabels.some(label => node.labels?.[label] !== undefined)) return undefined
      return wanted.every(zone => isIn(zone, node)) ? undefined : rejection
    }
  },
}

/** The zones that a label names, of which the node must be in one; several are joined by two underscores. */
interface Zone {
  label: string
  values: readonly string[]
}

const zonesOf = ({ metadata }: PersistentVolume): Zone[] =>
  topologyLabels.flatMap(label => {
    const value = metadata.labels?.[label]
    return value === undefined ? [] : [{ label, values: value.split('__') }]
  })

/** A node may still carry the label's older, or newer, name. */
function isIn({ label, values }: Zone, { labels }: NodeState): boolean {
  const [, kind] = label.split('/')
  const value =
    labels?.[label] ??
    labels?.[`topology.kubernetes.io/${kind}`] ??
    labels?.[`failure-domain.beta.kubernetes.io/${kind}`]
  return value !== undefined && values.includes(value)
}
