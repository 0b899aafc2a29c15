import { expect, test } from 'vitest'
import { amountsOf } from './amounts.ts'

const container = (requests: object, limits: object, more: object = {}) => ({
  name: 'main',
  resources: { requests, limits },
  ...more,
})

test('a pod asks for what its containers and sidecars ask for together', () => {
  const pod = {
    spec: {
      containers: [container({ cpu: '250m', memory: '64Mi' }, { cpu: '1', memory: '128Mi' })],
      initContainers: [
        container({ cpu: '4' }, { cpu: '4' }),
        container({ cpu: '50m' }, { cpu: '0.5', memory: '1Gi' }, { restartPolicy: 'Always' }),
      ],
    },
  }
  expect(amountsOf(pod, 'Pod')).toEqual({
    cpuRequest: 300,
    cpuLimit: 1500,
    memoryRequest: 64 * 2 ** 20,
    memoryLimit: 128 * 2 ** 20 + 2 ** 30,
  })
})

test('a container that waits for a resize has what its status says', () => {
  const containers = [container({ cpu: '9' }, { cpu: '9', memory: '9Gi' })]
  const resources = { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } }
  const pod = { spec: { containers }, status: { containerStatuses: [{ name: 'main', resources }] } }
  expect(amountsOf(pod, 'Pod')).toEqual({
    cpuRequest: 1000,
    cpuLimit: 2000,
    memoryLimit: 2 ** 30,
  })
})

test('a limit that one container lacks limits nothing as a whole', () => {
  const containers = [container({}, { memory: '64Mi' }), container({ cpu: 'much' }, {})]
  expect(amountsOf({ spec: { containers } }, 'Pod')).toBeUndefined()
})

test('a node gives what can be allocated on it', () => {
  const node = { status: { allocatable: { cpu: '10', memory: '24117248Ki' } } }
  expect(amountsOf(node, 'Node')).toEqual({ cpuLimit: 10_000, memoryLimit: 24117248 * 1024 })
})
