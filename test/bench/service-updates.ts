import { connect } from 'node:net'
import { type EngineCluster, pagesImage } from './engine-cluster.ts'
import { type Figure, median, ms } from './figure.ts'
import { createMany } from './objects.ts'

const count = 1000
const rounds = 10
const app = 'target'
const path = '/api/v1/namespaces/default/services'

/** How long services take from the API to the kernel: a thousand of them, and one more beside them. */
export async function measureServiceUpdates(on: EngineCluster): Promise<Figure[]> {
  await on.untilRunning([app], { image: pagesImage })
  const { client } = on.cluster
  const started = performance.now()
  await createMany(client, path, count, index => service(`many-${index}`))
  const { items } = await client.json<{ items: ServiceObject[] }>(path)
  const many = items.filter(({ metadata }) => metadata.name.startsWith('many-'))
  for (const { spec } of many) await untilServed(spec.clusterIP)
  const all = performance.now() - started
  const single: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = performance.now()
    const { spec } = await client.json<ServiceObject>(path, 'POST', service(`one-${round}`))
    await untilServed(spec.clusterIP)
    single.push(performance.now() - before)
  }
  return [
    {
      measure: `${count.toLocaleString('en')} services: API writes → all answer`,
      budget: '',
      figure: ms(all),
      note: 'each with an EndpointSlice of its own; asked one after the other in the end',
    },
    {
      measure: `a service beside ${count.toLocaleString('en')} others: API write → it answers`,
      budget: '',
      figure: ms(median(single)),
      note: `median of ${rounds}`,
    },
  ]
}

interface ServiceObject {
  metadata: { name: string }
  spec: { clusterIP: string }
}

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80 }] },
})

/** Connects until the kernel leads the address to the pod; without a rule a try stays unanswered. */
async function untilServed(address: string): Promise<void> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const socket = connect({ host: address, port: 80, timeout: 20 })
      .on('connect', () => resolve(true))
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false))
    const isServed = await promise
    socket.destroy()
    if (isServed) return
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
