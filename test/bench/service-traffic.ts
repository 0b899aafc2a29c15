import { runChecked, runCommand } from '#platform/processes.ts'
import { type EngineCluster, pagesImage } from './engine-cluster.ts'
import { type Figure, perSecond, type Scale } from './figure.ts'

const name = 'pages'

/** Requests a second to a pod: by the pod's own address, its service's, and the node port on localhost. */
export async function measureServiceTraffic(
  on: EngineCluster,
  { loadMs }: Scale,
): Promise<Figure[]> {
  if (
    await runCommand('wrk', ['--version']).then(
      () => false,
      () => true,
    )
  )
    return []
  await on.untilRunning([name], { image: pagesImage })
  const { status } = await on.pod(name)
  const service = await on.cluster.client.json<{
    spec: { clusterIP: string; ports: { nodePort: number }[] }
  }>('/api/v1/namespaces/default/services', 'POST', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type: 'NodePort', selector: { app: name }, ports: [{ port: 80 }] },
  })
  const { clusterIP, ports } = service.spec
  const ways = {
    pod: `http://${status.podIP}/`,
    service: `http://${clusterIP}/`,
    localhost: `http://127.0.0.1:${ports[0]?.nodePort}/`,
  }
  await untilAnswered(ways.service)
  await untilAnswered(ways.localhost)
  const seconds = Math.max(1, Math.round(loadMs / 1000))
  const own = await requestsPerSecond(ways.pod, seconds)
  const row = async (measure: string, url: string, note: string): Promise<Figure> => {
    const rate = await requestsPerSecond(url, seconds)
    const ratio = `${(rate / own).toFixed(2)} ×`
    return { measure, budget: '', figure: perSecond(rate), ratio, note }
  }
  const figures = [
    await row(
      'requests to a pod by its service’s address',
      ways.service,
      `the pod's own address: ${perSecond(own)}; 32 connections, through the packet filter`,
    ),
    await row(
      'requests to a pod by the node port on localhost',
      ways.localhost,
      'through the forwarder in our process',
    ),
  ]
  await on.remove([name])
  return figures
}

async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const output = await runChecked('wrk', ['-t1', '-c32', `-d${seconds}s`, url])
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1])
}

async function untilAnswered(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(500) }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
