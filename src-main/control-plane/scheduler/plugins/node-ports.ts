import type { Plugin } from '../framework.ts'
import { hostPortsOf, type PodInfo } from '../pod-info.ts'

const rejection = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  final: false,
}
type HostPort = PodInfo['hostPorts'][number]

/** No two pods of a node take the same host port. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  wakesOn: ['node added', 'pod removed'],
  mayHelp: ({ hostPorts }, { pod }) =>
    !pod || hostPortsOf(pod).some(freed => hostPorts.some(wanted => collide(freed, wanted))),
  filter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined
    return ({ pods }) => {
      for (const { hostPorts: taken } of pods.values()) {
        if (taken.some(port => hostPorts.some(wanted => collide(port, wanted)))) return rejection
      }
      return undefined
    }
  },
}

const collide = (a: HostPort, b: HostPort): boolean =>
  a.hostPort === b.hostPort &&
  a.protocol === b.protocol &&
  (a.hostIP === b.hostIP || a.hostIP === '0.0.0.0' || b.hostIP === '0.0.0.0')
