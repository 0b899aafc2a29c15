import { request } from 'node:http'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { lacksDockerd } from '../support/lanes.ts'
import { type Figure, median, ms, type Scale } from './figure.ts'
import { ServedCluster } from './served-cluster.ts'

const image = 'test/shell:1'
const pods = '/api/v1/namespaces/default/pods'
const wanted = 1.3

/** A start on a warm engine, and pods on it against the engine's own time for the same two containers. */
export async function measureDocker({ name }: Scale): Promise<Figure[]> {
  const rounds = name === 'full' ? 15 : 5
  if (name === 'tiny' || (await lacksDockerd())) return []
  await using engine = await startDockerd()
  await engine.loadImage(image)
  const start = () =>
    ServedCluster.start(
      ...['--runtime', 'docker', '--engine-socket', engine.socketPath],
      ...['--api-port', '0', '--pod-cidr', '10.251.40.0/24', '--stop-pods'],
    )
  await (await start())[Symbol.asyncDispose]() // loads the agent image: the first run ever is not the budget's
  await using cluster = await start()
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    theirs.push(await bareContainers(engine, round))
    ours.push(await podUntilRunning(cluster, `pod-${round}`))
  }
  const ratio = median(ours) / median(theirs)
  return [
    {
      measure: 'fresh data directory → Ready node, engine warm',
      budget: '≤ 1 s',
      figure: ms(cluster.startupMs),
      met: cluster.startupMs <= 1000,
      note: 'Docker; with the probe that a new cluster makes of its engine',
    },
    {
      measure: 'pod with a present image: API write → Running',
      budget: `≤ ${wanted} × the engine's own time`,
      figure: ms(median(ours)),
      ratio: `${ratio.toFixed(2)} ×`,
      met: ratio <= wanted,
      note: `the engine alone: ${ms(median(theirs))}; medians of ${rounds}`,
    },
  ]
}

async function podUntilRunning({ client }: ServedCluster, name: string): Promise<number> {
  const watch = client.stream(`${pods}?watch=1&fieldSelector=metadata.name%3D${name}`)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let text = ''
  watch.on('error', reject)
  watch.on('data', (chunk: Buffer) => {
    text += chunk
    if (text.includes('"phase":"Running"')) resolve()
  })
  const started = performance.now()
  await client.request(pods, 'POST', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent' }] },
  })
  await promise
  watch.destroy()
  return performance.now() - started
}

/** An infra container on the cluster's network and a container within it, by the engine's API alone. */
async function bareContainers(engine: TestEngine, round: number): Promise<number> {
  const networks = await engine.docker('network', 'ls', '--format', '{{.Name}}')
  const network = networks.split('\n').find(line => line.startsWith('slipway')) ?? 'bridge'
  const started = performance.now()
  const infra = await create(engine, `bare-infra-${round}`, network)
  await call(engine, 'POST', `/containers/${infra}/start`)
  const main = await create(engine, `bare-main-${round}`, `container:${infra}`)
  await call(engine, 'POST', `/containers/${main}/start`)
  const elapsed = performance.now() - started
  for (const id of [main, infra]) await call(engine, 'DELETE', `/containers/${id}?force=1&v=1`)
  return elapsed
}

async function create(engine: TestEngine, name: string, network: string): Promise<string> {
  const body = { Image: image, HostConfig: { NetworkMode: network } }
  const answer = await call(engine, 'POST', `/containers/create?name=${name}`, body)
  return (JSON.parse(answer) as { Id: string }).Id
}

function call(engine: TestEngine, method: string, path: string, body?: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const options = { socketPath: engine.socketPath, method, path, headers }
  return new Promise((resolve, reject) => {
    request(options, async response => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      if ((response.statusCode ?? 500) < 400) resolve(text)
      else reject(new Error(`${method} ${path}: ${text}`))
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
}
