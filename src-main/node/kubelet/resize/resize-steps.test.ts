import { expect, test } from 'vitest'
import type { Container, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import { lowersMemory, resizeSteps } from './resize-steps.ts'

const limits = (amounts: Record<string, string>): ResourceRequirements => ({
  limits: amounts,
  requests: amounts,
})
const container = (
  name: string,
  actual: ResourceRequirements,
  given: ResourceRequirements,
  more: Partial<Container> = {},
) => ({
  container: { name, resources: given, ...more },
  running: { id: name } as RuntimeContainer,
  actual,
})
const memoryRestarts = {
  resizePolicy: [
    { resourceName: 'cpu', restartPolicy: 'NotRequired' },
    { resourceName: 'memory', restartPolicy: 'RestartContainer' },
  ],
}

function steps(...containers: ReturnType<typeof container>[]) {
  const { restart, update } = resizeSteps(containers)
  return {
    restart: restart.map(({ container: { name } }) => name),
    update: update.map(({ container: { name }, resource }) => `${name} ${resource}`),
  }
}

test('resizeSteps does nothing where containers have what they were given, however it is written', () => {
  const given = limits({ cpu: '1', memory: '1Gi' })
  expect(steps(container('a', limits({ cpu: '1000m', memory: '1024Mi' }), given))).toEqual({
    restart: [],
    update: [],
  })
})

test('resizeSteps changes memory before CPU, and takes before it gives', () => {
  const from = limits({ cpu: '2', memory: '2Gi' })
  const less = limits({ cpu: '1', memory: '1Gi' })
  const more = limits({ cpu: '3', memory: '3Gi' })
  expect(steps(container('more', from, more), container('less', from, less))).toEqual({
    restart: [],
    update: ['less memory', 'more memory', 'less cpu', 'more cpu'],
  })
})

test('resizeSteps goes by requests where limits stay, and takes a first limit for less', () => {
  const from = { limits: { cpu: '4' }, requests: { cpu: '2' } }
  const less = { ...from, requests: { cpu: '1' } }
  const more = { ...from, requests: { cpu: '3' } }
  const unlimited = { requests: { cpu: '2' } }
  expect(
    steps(
      container('more', from, more),
      container('less', from, less),
      container('limited', unlimited, { ...unlimited, limits: { cpu: '9' } }),
    ).update,
  ).toEqual(['less cpu', 'limited cpu', 'more cpu'])
})

test('resizeSteps restarts a container whose policy asks for it, for that resource alone', () => {
  const from = limits({ cpu: '1', memory: '1Gi' })
  const moreCpu = limits({ cpu: '2', memory: '1Gi' })
  const moreOfBoth = limits({ cpu: '2', memory: '2Gi' })
  expect(
    steps(
      container('in-place', from, moreCpu, memoryRestarts),
      container('restarts', from, moreOfBoth, memoryRestarts),
    ),
  ).toEqual({ restart: ['restarts'], update: ['in-place cpu'] })
})

test('resizeSteps restarts for requested memory too, of which no kernel knows', () => {
  const from = { limits: { memory: '2Gi' }, requests: { memory: '1Gi' } }
  const to = { limits: { memory: '2Gi' }, requests: { memory: '2Gi' } }
  expect(steps(container('a', from, to, memoryRestarts)).restart).toEqual(['a'])
})

test.each([
  ['a lower limit', { memory: '2Gi' }, { memory: '1Gi' }, true],
  ['a higher limit', { memory: '1Gi' }, { memory: '2Gi' }, false],
  ['the first limit', {}, { memory: '1Gi' }, true],
])('lowersMemory knows %s', (_what, from, to, lowers) => {
  const [update] = resizeSteps([container('a', { limits: from }, { limits: to })]).update
  expect(update && lowersMemory(update)).toBe(lowers)
})
