import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { http, requestHttps } from '../../support/http.ts'
import { pod, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Date.now())
const core = '/api/v1/namespaces/default'
const accounts = `${core}/serviceaccounts`
const authentication = '/apis/authentication.k8s.io/v1'
const authorization = '/apis/authorization.k8s.io/v1'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  await api.post(accounts, { metadata: { name: 'default' } })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** Sends a request with nothing but the headers given. */
const bare = (headers: Record<string, string>, target = '/api/v1/pods', method = 'GET') =>
  http(cluster.controlPlane, method, target, { anonymous: true, headers })

/** A role of these rules for a user. */
async function allow(user: string, rules: object[]): Promise<void> {
  await api.post(`${rbac}/clusterroles`, { metadata: { name: user }, rules })
  const bound = await api.post(`${rbac}/clusterrolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  })
  expect(bound.status, bound.text).toBe(201)
}

describe('impersonation', () => {
  /** Who the server takes us for; a header may come several times. */
  async function whoAmI(headers: Record<string, string | string[]>): Promise<object> {
    const target = `${authentication}/selfsubjectreviews`
    const options = { headers: { 'content-type': 'application/json', ...headers }, body: '{}' }
    return (await http(cluster.controlPlane, 'POST', target, options)).json.status.userInfo
  }

  test('takes user, uid, groups and extra values from headers in any case, also when they come twice', async () => {
    expect(
      await whoAmI({
        'IMPERSONATE-USER': 'eve',
        'impersonate-Uid': 'u-1',
        'Impersonate-Group': ['a', 'b, c'],
        'Impersonate-Extra-example.com%2Fteam': ['red', 'blue'],
      }),
    ).toEqual({
      username: 'eve',
      uid: 'u-1',
      groups: ['a', 'b, c', 'system:authenticated'],
      extra: { 'example.com/team': ['red', 'blue'] },
    })
    expect(await whoAmI({ 'impersonate-user': 'system:serviceaccount:default:robot' })).toEqual({
      username: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    })
  })

  test('counts for what the request may do', async () => {
    const { json } = await api.send('GET', '/api/v1/pods', undefined, { 'impersonate-user': 'eve' })
    expect(json).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "eve" cannot list resource "pods" in API group "" at the cluster scope',
    })
  })

  test('of a group without a user is refused', async () => {
    const { status } = await api.send('GET', '/api/v1/pods', undefined, {
      'impersonate-group': 'system:masters',
    })
    expect(status).toBe(500)
  })

  test('is for who may impersonate that user, and that group', async () => {
    await allow('actor', [
      { apiGroups: [''], resources: ['users'], resourceNames: ['role'], verbs: ['impersonate'] },
    ])
    const { token } = await tokenOf('mimic')
    await api.post(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'mimic' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'actor' },
      subjects: [{ kind: 'ServiceAccount', name: 'mimic', namespace: 'default' }],
    })
    const as = async (headers: Record<string, string>) =>
      (await bare({ authorization: `Bearer ${token}`, ...headers })).json.message
    const mimic = 'User "system:serviceaccount:default:mimic"'
    expect(await as({ 'impersonate-user': 'role' })).toContain('User "role" cannot list')
    expect(await as({ 'impersonate-user': 'root' })).toBe(
      `users "root" is forbidden: ${mimic} cannot impersonate resource "users" in API group "" at the cluster scope`,
    )
    expect(await as({ 'impersonate-user': 'role', 'impersonate-group': 'system:masters' })).toBe(
      `groups "system:masters" is forbidden: ${mimic} cannot impersonate resource "groups" in API group "" at the cluster scope`,
    )
  })
})

/** A token of a service account, which is made. */
async function tokenOf(name: string, spec: object = {}): Promise<{ token: string }> {
  await api.post(accounts, { metadata: { name } })
  const { json } = await api.post(`${accounts}/${name}/token`, { spec })
  return json.status
}

describe('a token', () => {
  const read = async (token: string, scheme = 'Bearer') =>
    (await bare({ authorization: `${scheme} ${token}` }, `${core}/pods`)).status

  test('counts behind any spelling of its scheme, and behind no other', async () => {
    const { token } = await tokenOf('spelled')
    expect(await read(token)).toBe(403)
    expect(await read(token, 'bEARER ')).toBe(403)
    expect(await read(token, 'Basic')).toBe(401)
    expect(await read('', 'Bearer')).toBe(401)
  })

  test('for another audience is none here, and is reviewed for that', async () => {
    const { token } = await tokenOf('guest', { audiences: ['vault'] })
    expect(await read(token)).toBe(401)
    const review = async (audiences?: string[]) =>
      (await api.post(`${authentication}/tokenreviews`, { spec: { token, audiences } })).json.status
    expect(await review(['bank', 'vault'])).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
      user: { username: 'system:serviceaccount:default:guest' },
    })
    expect((await review()).authenticated ?? false).toBe(false)
  })

  test('goes with the pod that it is bound to, and with its time', async () => {
    await api.post(`${core}/pods`, pod('bound'))
    const { json } = await api.get(`${core}/pods/bound`)
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'bound' }
    const uid = json.metadata.uid
    const { token } = await tokenOf('default', { boundObjectRef: { ...boundObjectRef, uid } })
    const { token: short } = await tokenOf('default', { expirationSeconds: 600 })
    expect([await read(token), await read(short)]).toEqual([403, 403])
    const wrong = { spec: { boundObjectRef: { ...boundObjectRef, uid: 'other' } } }
    expect((await api.post(`${accounts}/default/token`, wrong)).json.reason).toBe('Conflict')
    await api.delete(`${core}/pods/bound?gracePeriodSeconds=0`)
    expect(await read(token)).toBe(401)
    await clock.advance(611_000)
    expect(await read(short)).toBe(401)
  })

  test('lives ten minutes at least', async () => {
    const target = `${accounts}/default/token`
    expect((await api.post(target, { spec: { expirationSeconds: 599 } })).json).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.expirationSeconds' }] },
    })
  })

  test('can be checked by others, by the issuer’s configuration and keys', async () => {
    const configuration = '/.well-known/openid-configuration'
    const { json } = await api.get(configuration)
    const { token } = await tokenOf('checked')
    const [header = '', claims = ''] = token.split('.')
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(json.issuer).toBe(decode(claims).iss)
    const keys = (await api.get(new URL(json.jwks_uri).pathname)).json.keys
    expect(keys).toMatchObject([{ kid: decode(header).kid, alg: decode(header).alg, use: 'sig' }])
    expect(json.id_token_signing_alg_values_supported).toEqual([decode(header).alg])
    expect((await bare({}, configuration)).status).toBe(403)
  })
})

test('a certificate that another authority signed is a 401', async () => {
  await using other = await startCluster({ controllers: false })
  const stranger = other.controlPlane.certificates.clients['admin']
  const { url, certificates } = cluster.controlPlane
  const tls = {
    ca: certificates.ca.certificate,
    agent: false,
    cert: stranger?.certificate,
    key: stranger?.key,
  }
  const { status, json } = await requestHttps(`${url}/version`, 'GET', tls)
  expect({ status, reason: json.reason }).toEqual({ status: 401, reason: 'Unauthorized' })
})

describe('a review', () => {
  const review = (kind: string, spec: object) => api.post(`${authorization}/${kind}`, { spec })
  const nodes = { resource: 'nodes', verb: 'get' }

  test('of access tells for users, groups and paths', async () => {
    await allow('reader', [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ])
    const isAllowed = async (spec: object) =>
      (await review('subjectaccessreviews', spec)).json.status.allowed
    expect(await isAllowed({ user: 'reader', resourceAttributes: nodes })).toBe(true)
    expect(await isAllowed({ user: 'other', resourceAttributes: nodes })).toBe(false)
    expect(await isAllowed({ groups: ['system:masters'], resourceAttributes: nodes })).toBe(true)
    const path = { path: '/metrics', verb: 'get' }
    expect(await isAllowed({ user: 'reader', nonResourceAttributes: path })).toBe(true)
    const self = await api.send(
      'POST',
      `${authorization}/selfsubjectaccessreviews`,
      { spec: { resourceAttributes: nodes } },
      { 'impersonate-user': 'reader' },
    )
    expect(self.json.status.allowed).toBe(true)
  })

  test.each([
    ['nothing', { user: 'x' }],
    ['both', { user: 'x', resourceAttributes: nodes, nonResourceAttributes: { verb: 'get' } }],
    ['nobody', { resourceAttributes: nodes }],
    [
      'two selectors at once',
      {
        user: 'x',
        resourceAttributes: {
          ...nodes,
          labelSelector: { rawSelector: 'a', requirements: [{ key: 'a', operator: 'Exists' }] },
        },
      },
    ],
  ])('of access that is about %s is refused', async (_what, spec) => {
    const { json } = await review('subjectaccessreviews', spec)
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toMatch(/^\.authorization\.k8s\.io "" is invalid: spec\./)
  })

  test('of access within a namespace is about nothing else', async () => {
    const target = `${authorization.replace('/v1', '/v1/namespaces/default')}/localsubjectaccessreviews`
    const ask = async (spec: object) => (await api.post(target, { spec })).json
    const inside = { ...nodes, namespace: 'default' }
    expect((await ask({ user: 'x', resourceAttributes: inside })).status.allowed).toBe(false)
    for (const resourceAttributes of [nodes, { ...nodes, namespace: 'other' }])
      expect((await ask({ user: 'x', resourceAttributes })).message).toContain(
        'must match metadata.namespace',
      )
    const path = { path: '/metrics', verb: 'get' }
    expect((await ask({ user: 'x', nonResourceAttributes: path })).message).toContain(
      'disallowed on this kind of request',
    )
  })

  test('of rules lists what one may do', async () => {
    const { json } = await api.send(
      'POST',
      `${authorization}/selfsubjectrulesreviews`,
      { spec: { namespace: 'default' } },
      { 'impersonate-user': 'reader' },
    )
    expect(json.status.resourceRules).toContainEqual({
      verbs: ['get'],
      apiGroups: [''],
      resources: ['nodes'],
    })
    expect(json.status.nonResourceRules).toContainEqual({
      verbs: ['get'],
      nonResourceURLs: ['/metrics'],
    })
    expect(json.status.incomplete).toBe(false)
  })
})
