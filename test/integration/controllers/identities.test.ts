import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  certificateSigningRequests,
  clusterRoleBindings,
  configMaps,
  secrets,
  serviceAccounts,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { eventually } from '../../support/eventually.ts'
import { http } from '../../support/http.ts'
import { kubectl, kubectlOutput } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const namespace = 'default'
const tokenTracking = 'kube-apiserver-legacy-service-account-token-tracking'
let cluster: TestCluster
let client: Client

beforeAll(async () => {
  cluster = await startCluster()
  client = new Client(cluster.admin)
  await eventually(() => client.get(serviceAccounts, { namespace, name: 'default' }))
})

afterAll(() => cluster?.[Symbol.asyncDispose]())

const file = (name: string) => path.join(cluster.directory, name)
const encode = (text: string) => Buffer.from(text).toString('base64')
const decode = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString()

/** A key in a file of its own, and a request for a certificate as base64. */
function makeRequest(name: string, subject: string, key: string[], more: string[] = []): string {
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-nodes',
      ...key,
      '-keyout',
      file(`${name}.key`),
      '-subj',
      subject,
      ...more,
    ].concat(['-out', file(`${name}.csr`)]),
    { stdio: 'ignore' },
  )
  return readFileSync(file(`${name}.csr`)).toString('base64')
}
const rsa = ['-newkey', 'rsa:2048']
const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

type Usages =
  | ['client auth', ...'server auth'[]]
  | ['digital signature', 'client auth' | 'server auth']
const ask = (name: string, request: string, signer: string, usages: Usages, more: object = {}) =>
  client.create(certificateSigningRequests, {
    metadata: { name },
    spec: { request, signerName: `kubernetes.io/${signer}`, usages, ...more },
  })
const read = (name: string) => client.get(certificateSigningRequests, { name })
const certificateOf = (name: string) =>
  eventually(async () => {
    const { status } = await read(name)
    expect(status?.certificate).toBeDefined()
    return decode(status?.certificate)
  })

/** What kubectl says of itself with some credentials and nothing else. */
async function whoAmI(credentials: object): Promise<string> {
  const kubeconfig = file(`kubeconfig-${Math.random()}`)
  const { certificates, url } = cluster.controlPlane
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'c',
        cluster: { server: url, 'certificate-authority-data': encode(certificates.ca.certificate) },
      },
    ],
    users: [{ name: 'u', user: credentials }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 })
  return kubectlOutput(kubeconfig, ['auth', 'whoami'])
}

describe('a request for a certificate', () => {
  test.each([
    ['jane', rsa],
    ['john', elliptic],
  ])('of %s works as kubectl’s credentials once someone approves it', async (name, key) => {
    await ask(
      name,
      makeRequest(name, `/O=devs/CN=${name}`, key),
      'kube-apiserver-client',
      ['client auth'],
      { expirationSeconds: 3600 },
    )
    const { code } = await kubectl(cluster.kubeconfig, ['certificate', 'approve', name])
    expect(code).toBe(0)
    const pem = await certificateOf(name)
    const said = await whoAmI({
      'client-certificate-data': encode(pem),
      'client-key': file(`${name}.key`),
    })
    expect(said).toMatch(new RegExp(`Username\\s+${name}`))
    expect(said).toMatch(/Groups\s+\[devs system:authenticated\]/)
    const certificate = new X509Certificate(pem)
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    const livesMs = certificate.validToDate.getTime() - certificate.validFromDate.getTime()
    expect(livesMs).toBe(3600_000 + 300_000)
  })

  test('is not signed before it is approved, nor when it is denied', async () => {
    await ask('late', makeRequest('late', '/CN=late', elliptic), 'kube-apiserver-client', [
      'client auth',
    ])
    await ask('open', makeRequest('open', '/CN=open', elliptic), 'kube-apiserver-client', [
      'client auth',
    ])
    await kubectlOutput(cluster.kubeconfig, ['certificate', 'deny', 'late'])
    await ask('marker', makeRequest('marker', '/CN=marker', elliptic), 'kube-apiserver-client', [
      'client auth',
    ])
    await kubectlOutput(cluster.kubeconfig, ['certificate', 'approve', 'marker'])
    await certificateOf('marker')
    for (const name of ['late', 'open']) {
      expect((await read(name)).status?.certificate, name).toBeUndefined()
    }
  })

  test('that its signer can’t sign fails, and says why', async () => {
    const request = makeRequest('both', '/CN=both', elliptic)
    await ask('both', request, 'kube-apiserver-client', ['client auth', 'server auth'])
    await kubectlOutput(cluster.kubeconfig, ['certificate', 'approve', 'both'])
    await eventually(async () =>
      expect((await read('both')).status?.conditions).toMatchObject([
        { type: 'Approved' },
        {
          type: 'Failed',
          status: 'True',
          reason: 'SignerValidationFailure',
          message: 'invalid usage for client certificate: server auth',
        },
      ]),
    )
  })

  test('of a kubelet is approved by itself for who may, and for nobody else', async () => {
    const request = makeRequest('node', '/O=system:nodes/CN=system:node:n1', elliptic)
    const usages: Usages = ['digital signature', 'client auth']
    await ask('by-admin', request, 'kube-apiserver-client-kubelet', usages)
    const pem = await certificateOf('by-admin')
    expect(new X509Certificate(pem).subject).toContain('CN=system:node:n1')
    expect((await read('by-admin')).status?.conditions).toMatchObject([
      {
        type: 'Approved',
        reason: 'AutoApproved',
        message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
      },
    ])
    await client.create(clusterRoleBindings, {
      metadata: { name: 'may-ask' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'system:node-bootstrapper',
      },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'newcomer' }],
    })
    const newcomer = new Client(
      cluster.controlPlane.transport({ name: 'newcomer', groups: ['system:authenticated'] }),
    )
    await newcomer.create(certificateSigningRequests, {
      metadata: { name: 'by-newcomer' },
      spec: { request, signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages },
    })
    await ask('after', request, 'kube-apiserver-client-kubelet', usages)
    await certificateOf('after')
    expect((await read('by-newcomer')).status?.conditions ?? []).toEqual([])
  })

  test('of a kubelet’s server carries its names', async () => {
    const names = ['-addext', 'subjectAltName=DNS:n1,IP:10.0.0.7']
    const subject = '/O=system:nodes/CN=system:node:n1'
    const request = makeRequest('serving', subject, elliptic, names)
    await ask('serving', request, 'kubelet-serving', ['digital signature', 'server auth'])
    await kubectlOutput(cluster.kubeconfig, ['certificate', 'approve', 'serving'])
    const certificate = new X509Certificate(await certificateOf('serving'))
    expect(certificate.subjectAltName).toBe('DNS:n1, IP Address:10.0.0.7')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })
})

describe('a secret for a service account’s token', () => {
  const type = 'kubernetes.io/service-account-token'
  const secretFor = (name: string, account: string) =>
    client.create(secrets, {
      metadata: {
        name,
        namespace,
        annotations: { 'kubernetes.io/service-account.name': account },
      },
      type,
    })
  const filled = (name: string) =>
    eventually(async () => {
      const secret = await client.get(secrets, { namespace, name })
      expect(secret.data?.['token']).toBeDefined()
      return secret
    })
  const gone = (name: string) =>
    eventually(() => expect(client.get(secrets, { namespace, name })).rejects.toSatisfy(isNotFound))

  test('is filled, its token speaks for the account, and both go with it', async () => {
    const account = await client.create(serviceAccounts, {
      metadata: { name: 'robot', namespace },
    })
    await secretFor('robot-token', 'robot')
    const { data, metadata } = await filled('robot-token')
    expect(metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(account.metadata.uid)
    expect(decode(data?.['namespace'])).toBe('default')
    expect(decode(data?.['ca.crt'])).toBe(cluster.controlPlane.certificates.ca.certificate)
    const token = decode(data?.['token'])
    const said = await whoAmI({ token })
    expect(said).toMatch(/Username\s+system:serviceaccount:default:robot/)
    expect(said).toContain('system:serviceaccounts:default')
    await client.delete(serviceAccounts, account.metadata)
    await gone('robot-token')
    await expect(whoAmI({ token })).rejects.toThrow('Unauthorized')
  })

  test('that is deleted takes its token’s worth along', async () => {
    await secretFor('short', 'default')
    const { data, metadata } = await filled('short')
    const token = decode(data?.['token'])
    expect(await whoAmI({ token })).toContain('system:serviceaccount:default:default')
    await client.delete(secrets, metadata)
    await expect(whoAmI({ token })).rejects.toThrow('Unauthorized')
  })

  test('is noted to be used, warns when nobody asked for it, and lets nobody in once it is marked invalid', async () => {
    await client.create(serviceAccounts, {
      metadata: { name: 'elder', namespace },
      secrets: [{ name: 'elder-token' }],
    })
    await secretFor('elder-token', 'elder')
    const { data, metadata } = await filled('elder-token')
    const token = decode(data?.['token'])
    const shown = () =>
      http(cluster.controlPlane, 'GET', '/version', {
        anonymous: true,
        headers: { authorization: `Bearer ${token}` },
      })
    expect((await shown()).headers['warning']).toContain(
      'Use tokens from the TokenRequest API or manually created secret-based tokens',
    )
    await eventually(async () => {
      const { labels } = (await client.get(secrets, metadata)).metadata
      const today = new Date().toISOString().slice(0, 10)
      expect(labels?.['kubernetes.io/legacy-token-last-used']).toBe(today)
    })
    const mark = (day: string | null) =>
      client.patch(
        secrets,
        metadata,
        { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': day } } },
        { type: 'merge' },
      )
    await mark('2026-01-31')
    expect((await shown()).status).toBe(401)
    await mark(null)
    expect((await shown()).status).toBe(200)
    const tracking = { namespace: 'kube-system', name: tokenTracking }
    expect((await client.get(configMaps, tracking)).data?.['since']).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  test('of no account is deleted', async () => {
    await secretFor('lost', 'nobody')
    await gone('lost')
  })
})
