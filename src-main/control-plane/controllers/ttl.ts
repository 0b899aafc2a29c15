import { nodes } from '#client/resource-types.ts'
import { defineController } from './define-controller.ts'

const annotation = 'node.alpha.kubernetes.io/ttl'
/** From so many nodes on, kubelets may keep Secrets and ConfigMaps for so many seconds. */
const steps = [
  { nodes: 0, seconds: 0 },
  { nodes: 101, seconds: 15 },
  { nodes: 501, seconds: 30 },
  { nodes: 1001, seconds: 60 },
  { nodes: 2001, seconds: 300 },
]

/** Tells every kubelet how long it may keep what it read, the longer the more of them there are. */
export const ttlController = defineController({
  name: 'ttl-controller',
  for: nodes,
  start: ({ client, informer, queue, on }) => {
    const wanted = () => String(steps.findLast(step => informer.size >= step.nodes)?.seconds ?? 0)
    let last = '0'
    const recount = () => {
      if (wanted() === last) return
      last = wanted()
      for (const { metadata } of informer.list()) queue.add(metadata.name)
    }
    on(informer, { added: recount, deleted: recount })
    return async name => {
      const node = informer.get(name)
      const seconds = wanted()
      if (!node || node.metadata.annotations?.[annotation] === seconds) return undefined
      const patch = { metadata: { annotations: { [annotation]: seconds } } }
      await client.patch(nodes, { name }, patch, { type: 'merge' })
      return undefined
    }
  },
})
