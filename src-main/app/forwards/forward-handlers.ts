import type { Handlers } from '#contract/contract.ts'
import type { OpenClusters } from '../clusters/open-clusters.ts'
import { latest } from '../latest.ts'
import type { ForwardManager } from './forward-manager.ts'
import { portsOf } from './forward-target.ts'

type ForwardHandlers = Pick<Handlers, Extract<keyof Handlers, `forwards.${string}`>>

/** What the window asks of port-forwards. */
export function forwardHandlers(forwards: ForwardManager, clusters: OpenClusters): ForwardHandlers {
  return {
    'forwards.watch': (_input, signal) => latest([forwards.changed], () => forwards.list(), signal),
    async 'forwards.ports'(target, signal) {
      const { connection } = await clusters.open(target.cluster)
      return portsOf(connection.transport, target, signal)
    },
    'forwards.add': input => forwards.add(input),
    async 'forwards.switch'({ id, on }) {
      await forwards.switch(id, on)
      return {}
    },
    async 'forwards.remove'({ id }) {
      await forwards.remove(id)
      return {}
    },
  }
}
