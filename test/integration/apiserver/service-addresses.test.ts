import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { kubectl, kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('addresses of Services', () => {
  const addresses = '/apis/networking.k8s.io/v1/ipaddresses'
  const ranges = '/apis/networking.k8s.io/v1/servicecidrs'
  const services = '/api/v1/namespaces/default/services'
  const createService = (name: string, clusterIP?: string) =>
    api.post(services, {
      metadata: { name },
      spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
    })
  const gone = (path: string) =>
    eventually(async () => expect((await api.get(path)).status).toBe(404))

  test('have IPAddresses, which go with their Service', async () => {
    const { json } = await createService('addressed')
    const path = `${addresses}/${json.spec.clusterIP}`
    await eventually(async () => {
      const { json } = await api.get(path)
      expect(json).toMatchObject({
        metadata: {
          labels: {
            'ipaddress.kubernetes.io/ip-family': 'IPv4',
            'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
          },
        },
        spec: { parentRef: { resource: 'services', namespace: 'default', name: 'addressed' } },
      })
    })
    expect(await run(`get ip ${json.spec.clusterIP}`)).toMatch(/services\/default\/addressed/)
    await api.delete(path)
    await eventually(async () => expect((await api.get(path)).status).toBe(200))
    await api.delete(`${services}/addressed`)
    await gone(path)
  })

  test('are not given when an IPAddress of somebody else names them', async () => {
    const metadata = { name: '10.96.77.77' }
    const parentRef = { group: 'gateway.example.com', resource: 'gateways', name: 'one' }
    expect((await api.post(addresses, { metadata, spec: { parentRef } })).status).toBe(201)
    const refused = await createService('wants', '10.96.77.77')
    expect(refused.status).toBe(422)
    expect(refused.json.message).toContain('provided IP is already allocated')
    await api.delete(`${addresses}/10.96.77.77`)
    expect((await createService('wants', '10.96.77.77')).status).toBe(201)
  })

  test('may be asked for with leading zeros, which mean nothing, with a warning', async () => {
    const { status, json, headers } = await createService('zeros', '010.96.077.078')
    expect(status).toBe(201)
    expect(json.spec).toMatchObject({ clusterIP: '010.96.077.078', ipFamilies: ['IPv4'] })
    expect(headers['warning']).toBe(
      '299 - "spec.clusterIPs[0]: non-standard IP address \\"010.96.077.078\\" will be considered invalid in a future Kubernetes release: use \\"10.96.77.78\\""',
    )
    await eventually(async () => {
      const { json } = await api.get(`${addresses}/10.96.77.78`)
      expect(json.spec?.parentRef).toMatchObject({ name: 'zeros' })
    })
    expect((await createService('plain', '10.96.77.78')).status).toBe(422)
    await api.delete(`${services}/zeros`)
    expect((await createService('plain', '10.96.77.78')).status).toBe(201)
    const create = 'create service clusterip shown --clusterip=10.96.077.079 --tcp=80'
    expect(await kubectl(cluster.kubeconfig, splitCommand(create))).toMatchObject({
      stdout: 'service/shown created\n',
      stderr: expect.stringMatching(/^Warning: spec.clusterIPs\[0\]: non-standard IP address /),
    })
  })

  test('of a status are warned of when they are not standard', async () => {
    await api.post(services, {
      metadata: { name: 'balanced' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    })
    const { status, headers } = await api.patch('merge', `${services}/balanced/status`, {
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.010' }] } },
    })
    expect(status).toBe(200)
    expect(headers['warning']).toBe(
      '299 - "status.loadBalancer.ingress[0]: non-standard IP address \\"192.0.2.010\\" will be considered invalid in a future Kubernetes release: use \\"192.0.2.10\\""',
    )
  })

  test('come from further ranges too, which are let go when they are empty', async () => {
    const table = await run('get servicecidrs')
    expect(table).toMatch(/^kubernetes +10.96.0.0\/16 +\d+s$/m)
    const outside = await createService('outside', '10.200.0.7')
    expect(outside.status).toBe(422)
    await api.post(ranges, {
      metadata: { name: 'more' },
      spec: { cidrs: ['10.200.0.0/28'] },
    })
    await eventually(async () => {
      const { json } = await api.get(`${ranges}/more`)
      expect(json.status?.conditions).toMatchObject([
        { type: 'Ready', status: 'True', message: 'Kubernetes Service CIDR is ready' },
      ])
      expect(json.metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer'])
    })
    expect((await createService('outside', '10.200.0.7')).json.spec.clusterIP).toBe('10.200.0.7')
    await eventually(async () => {
      expect((await api.get(`${addresses}/10.200.0.7`)).status).toBe(200)
    })
    await api.delete(`${ranges}/more`)
    await eventually(async () => {
      const { json } = await api.get(`${ranges}/more`)
      expect(json.status?.conditions).toMatchObject([{ status: 'False', reason: 'Terminating' }])
    })
    expect((await createService('late', '10.200.0.8')).status).toBe(422)
    await api.delete(`${services}/outside`)
    await gone(`${ranges}/more`)
  })
})
