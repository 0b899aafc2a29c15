import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDescriptions } from '../../scripts/generate/descriptions.ts'
import { kubectl } from '../support/kubectl.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  writeDescriptions(process.cwd())
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await kubectl(cluster.kubeconfig, args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('kubectl explain', () => {
  test('prints fields and their texts', async () => {
    const text = await run('explain', 'deployment.spec.template.spec.containers')
    expect(text).toContain('GROUP:      apps')
    expect(text).toContain('KIND:       Deployment')
    expect(text).toContain('FIELD: containers <[]Container>')
    expect(text).toMatch(/image\t<string>\n\s+Container image name\./)
    expect(text).toMatch(/name\t<string> -required-/)
    expect(text).toMatch(/ports\t<\[\]ContainerPort>/)
    expect(text).toMatch(/resources\t<ResourceRequirements>/)
    expect(text).toMatch(/enum: Always, IfNotPresent, Never/)
  })

  test('scalars with a type of their own', async () => {
    expect(await run('explain', 'pod.metadata')).toMatch(/creationTimestamp\t<string>/)
    expect(await run('explain', 'service.spec.ports.targetPort')).toContain('<IntOrString>')
    expect(await run('explain', 'pod.spec.containers.resources')).toMatch(
      /limits\t<map\[string\]Quantity>/,
    )
  })

  test('goes all the way down', async () => {
    const text = await run('explain', 'pod', '--recursive')
    expect(text).toMatch(/livenessProbe\t<Probe>\n(.*\n)*\s+httpGet\t<HTTPGetAction>/)
  })

  test('by OpenAPI v2, which it takes as protobuf alone, says the same', async () => {
    const text = await run(
      ...['explain', 'deployment.spec.template.spec.containers', '--recursive'],
      ...['--output', 'plaintext-openapiv2'],
    )
    expect(text).toContain('KIND:     Deployment')
    expect(text).toContain('RESOURCE: containers <[]Object>')
    expect(text).toMatch(/livenessProbe\t<Object>\n(.*\n)*\s+httpGet\t<Object>/)
    expect(text).toMatch(/limits\t<map\[string\]string>/)
    expect(text).toContain('A single application container')
  })
})
