import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { startPretendEngine } from '../../../../test/support/pretend-engine.ts'
import { DockerRuntime } from './docker-runtime.ts'

const network = { Name: 'slipway-test', IPAM: { Config: [{ Subnet: '10.244.0.0/24' }] } }

test('the agent is started while the pod network is made', async () => {
  const asked: string[] = []
  const agentStarts = Promise.withResolvers<void>()
  let isNetworkThere = false
  await using engine = await startPretendEngine(async ({ method, url = '' }, answer) => {
    const [path = ''] = url.replace(/^\/v[\d.]+/, '').split('?')
    asked.push(`${method} ${path}`)
    const reply = (status: number, body: object) =>
      answer.writeHead(status).end(JSON.stringify(body))
    if (path === '/version') return reply(200, { Version: '28', ApiVersion: '1.48' })
    if (path.startsWith('/images/')) return reply(200, { Id: 'sha256:1', RepoTags: ['agent:1'] })
    if (path === '/containers/create') return reply(201, { Id: 'agent' })
    if (path === '/containers/agent/start') {
      agentStarts.resolve()
      return reply(204, {})
    }
    if (path === '/networks/create') {
      await agentStarts.promise
      isNetworkThere = true
      return reply(201, {})
    }
    if (path.startsWith('/networks/') && isNetworkThere) return reply(200, network)
    return reply(404, { message: 'not found' })
  })
  await using runtime = await DockerRuntime.open({
    socketPath: engine.socketPath,
    cluster: 'test',
    subnet: '10.244.0.0/24',
    agentImage: { reference: 'agent:1', openTar: async () => Readable.from([]) },
    needsAgent: true,
    clock: systemClock,
  })
  expect((await runtime.network()).subnet).toBe('10.244.0.0/24')
  expect(asked.filter(request => request === 'POST /containers/create')).toHaveLength(1)
})
