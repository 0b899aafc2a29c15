import { expect, test } from 'vitest'
import type { Container, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { created } from '../shared/testing.ts'
import { validateResize } from './pod-resize.ts'
import { pods } from './pods.ts'

const container = (name: string, cpu: string, rest: Partial<Container> = {}): Container => ({
  name,
  image: 'x:1',
  resources: { requests: { cpu }, limits: { memory: '1Gi' } },
  ...rest,
})
const pod = (rest: Partial<PodSpec> = {}, annotations: Record<string, string> = {}): Pod =>
  created(pods, {
    metadata: { name: 'web', namespace: 'default', annotations },
    spec: { containers: [container('a', '1'), container('b', '1')], ...rest },
  })
const failures = (now: Pod, old: Pod) =>
  validateResize(now, old).map(({ field, message }) => `${field}: ${message}`)

test.each<[string, Pod, string]>([
  [
    'static pods',
    pod({ nodeName: 'n' }, { 'kubernetes.io/config.mirror': 'a' }),
    ': Forbidden: static pods cannot be resized',
  ],
  [
    'pods for Windows',
    pod({ os: { name: 'windows' } }),
    ': Forbidden: windows pods cannot be resized',
  ],
  [
    'pods with resources of their own',
    pod({ resources: { requests: { cpu: '4' } } }),
    ': Forbidden: resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled',
  ],
])('%s keep what they have', (_, old, problem) => {
  expect(failures(old, old)).toEqual([problem])
})

test('containers keep their places', () => {
  const now = pod({ containers: [container('b', '1'), container('a', '1')] })
  expect(failures(now, pod())).toEqual([
    'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    'spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize',
  ])
  expect(failures(pod({ containers: [container('a', '1')] }), pod())).toEqual([
    'spec.containers: Forbidden: containers may not be added or removed on resize',
  ])
})

test('a sidecar may get more, a container that ran its course may not', () => {
  const withInit = (cpu: string, restartPolicy?: 'Always') =>
    pod({ initContainers: [container('i', cpu, restartPolicy ? { restartPolicy } : {})] })
  expect(failures(withInit('2', 'Always'), withInit('1', 'Always'))).toEqual([])
  expect(failures(withInit('2'), withInit('1'))).toEqual([
    'spec: Forbidden: resources for non-sidecar init containers are immutable',
  ])
})
