import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { ApiRequest, ApiResponse, Transport } from '#client/transport.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { readUsage } from './read-usage.ts'

const answering = (answer: (request: ApiRequest) => unknown) => {
  const paths: string[] = []
  const transport = {
    async request(request: ApiRequest) {
      paths.push(request.path)
      const body = answer(request)
      return { json: async () => body } as ApiResponse
    },
  } as Transport
  return { transport, paths }
}

test('a pod uses what its containers use together', async () => {
  const { transport, paths } = answering(() => ({
    items: [
      {
        metadata: { name: 'web', namespace: 'shop' },
        containers: [
          { name: 'web', usage: { cpu: '1500000n', memory: '2Mi' } },
          { name: 'sidecar', usage: { cpu: '2m', memory: '1024Ki' } },
        ],
      },
    ],
  }))
  const clock = new FakeClock()
  const abort = new AbortController()
  const samples = readUsage(transport, { of: 'pods', namespace: 'shop' }, clock, abort.signal)
  const { value } = await samples.next()
  expect(value?.amounts).toEqual({ 'shop/web': [4, 3 * 2 ** 20] })
  expect(paths).toEqual(['/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods'])
  abort.abort()
  expect((await samples.next()).done).toBe(true)
})

test('a server that fails is asked again, one that refuses is not', async () => {
  const errors = [
    statusError('ServiceUnavailable', 'the server is currently unable to handle the request'),
    statusError('Forbidden', 'nodes.metrics.k8s.io is forbidden'),
  ]
  const { transport, paths } = answering(() => {
    throw errors.shift()
  })
  const clock = new FakeClock()
  const { signal } = new AbortController()
  const samples = readUsage(transport, { of: 'nodes', namespace: 'shop' }, clock, signal)
  expect((await samples.next()).value?.problem).toContain('unable to handle')
  const second = samples.next()
  await clock.advance(15_000)
  expect((await second).value?.problem).toContain('forbidden')
  expect((await samples.next()).done).toBe(true)
  expect(paths).toHaveLength(2)
})
