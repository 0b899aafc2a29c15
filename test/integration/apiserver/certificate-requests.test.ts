import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))

const certificateRequest = (name: string) =>
  readFileSync(`test/fixtures/certificate-requests/${name}.pem`).toString('base64')

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('certificate signing requests', () => {
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
  const ask = (name: string, signerName: string, of = 'developer') =>
    api.post(path, {
      metadata: { name },
      spec: { request: certificateRequest(of), signerName, usages: ['client auth'] },
    })

  test('are approved and denied by kubectl', async () => {
    await ask('approved', 'example.com/clients')
    await ask('denied', 'example.com/clients')
    expect(await run('certificate approve approved')).toContain('approved approved')
    expect(await run('certificate deny denied')).toContain('denied denied')
    const table = await run('get csr --field-selector spec.signerName=example.com/clients')
    expect(table).toMatch(/^approved .* Approved$/m)
    expect(table).toMatch(/^denied .* Denied$/m)
  })

  test('are approved by nobody who may not', async () => {
    const user = { name: 'jane', groups: ['system:authenticated'] }
    const jane = cluster.controlPlane.transport(user)
    await ask('undecided', 'example.com/clients')
    await run('create clusterrole decider --verb=get,update --resource=csr,csr/approval')
    await run('create clusterrolebinding decider --clusterrole=decider --user=jane')
    const read = await jane.request({ method: 'GET', path: `${path}/undecided` })
    const body = {
      ...(await read.json<object>()),
      status: { conditions: [{ type: 'Approved', status: 'True' }] },
    }
    await expect(
      jane.request({ method: 'PUT', path: `${path}/undecided/approval`, body }),
    ).rejects.toThrow(
      'user not permitted to approve requests with signerName "example.com/clients"',
    )
  })

  test('make no administrators', async () => {
    const { json, status } = await ask(
      'admin',
      'kubernetes.io/kube-apiserver-client',
      'administrator',
    )
    expect(status).toBe(403)
    expect(json.message).toContain(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    )
  })
})
