import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlOutput } from '../../support/kubectl.ts'
import { RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('a namespace of a Pod Security level', () => {
  const label = 'pod-security.kubernetes.io'
  const space = (name: string, labels: Record<string, string>) =>
    api.post('/api/v1/namespaces', { metadata: { name, labels } })
  const root = { securityContext: { privileged: true } }
  const create = (namespace: string, container: object = root) =>
    api.post(`/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name: 'a' },
      spec: {
        serviceAccountName: 'runner',
        containers: [{ name: 'main', image: 'nginx', ...container }],
      },
    })
  const account = (namespace: string) =>
    api.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'runner' } })

  test('refuses pods beyond it, and those that get beyond it', async () => {
    await space('based', { [`${label}/enforce`]: 'baseline' })
    await account('based')
    expect((await create('based')).json).toMatchObject({
      code: 403,
      message:
        'pods "a" is forbidden: violates PodSecurity "baseline:latest": privileged (container "main" must not set securityContext.privileged=true)',
    })
    expect((await create('based', {})).status).toBe(201)
    const target = '/api/v1/namespaces/based/pods/a'
    const helper = { name: 'helper', image: 'i', ...root }
    const debugged = await api.patch('strategic', `${target}/ephemeralcontainers`, {
      spec: { ephemeralContainers: [helper] },
    })
    expect(debugged.json.message).toContain('violates PodSecurity "baseline:latest": privileged')
    const labelled = await api.patch('merge', target, { metadata: { labels: { a: 'b' } } })
    expect(labelled.status).toBe(200)
  })

  test('warns of pods and of what makes pods', async () => {
    await space('warned', { [`${label}/warn`]: 'restricted', [`${label}/warn-version`]: 'v1.30' })
    await account('warned')
    const text = String.raw`would violate PodSecurity \"restricted:v1.30\": privileged`
    const made = await create('warned')
    expect(made.status).toBe(201)
    expect(made.headers['warning']).toContain(text)
    const spec = { containers: [{ name: 'main', image: 'nginx', ...root }] }
    const template = { metadata: { labels: { a: 'b' } }, spec }
    const jobTemplate = { spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } } }
    const selector = { matchLabels: { a: 'b' } }
    for (const [kind, body] of [
      ['apps/v1/namespaces/warned/deployments', { selector, template }],
      ['batch/v1/namespaces/warned/cronjobs', { schedule: '* * * * *', jobTemplate }],
    ] as const) {
      const { status, headers } = await api.post(`/apis/${kind}`, {
        metadata: { name: 'a' },
        spec: body,
      })
      expect(status).toBe(201)
      expect(headers['warning']).toContain(text)
    }
  })

  test('is one that there is, and tells which pods are beyond it', async () => {
    const wrong = await space('wrong', { [`${label}/enforce`]: 'strict' })
    expect(wrong.json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(wrong.json.message).toContain('must be one of privileged, baseline, restricted')
    await space('raised', {})
    await account('raised')
    await create('raised')
    const { status, headers } = await api.patch('merge', '/api/v1/namespaces/raised', {
      metadata: { labels: { [`${label}/enforce`]: 'baseline' } },
    })
    expect(status).toBe(200)
    expect(headers['warning']).toBe(
      String.raw`299 - "existing pods in namespace \"raised\" violate the new PodSecurity enforce level \"baseline:latest\"", 299 - "a: privileged"`,
    )
  })

  test('prints to kubectl what it misses', async () => {
    await space('strict', { [`${label}/enforce`]: 'restricted' })
    await account('strict')
    const overrides = '{"spec":{"serviceAccountName":"runner"}}'
    await expect(
      kubectlOutput(cluster.kubeconfig, [
        'run',
        'bare',
        '-n',
        'strict',
        '--image=nginx',
        `--overrides=${overrides}`,
      ]),
    ).rejects.toThrow(
      'pods "bare" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "bare" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities',
    )
  })
})
