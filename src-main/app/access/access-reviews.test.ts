import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { ApiRequest, ApiResponse } from '#client/transport.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import { AccessReviews } from './access-reviews.ts'

interface Attributes {
  readonly verb: string
  readonly name?: string
}
type Judge = (attributes: Attributes) => Record<string, unknown>

const pods = { group: '', resource: 'pods', namespaced: true } as ResourceInfo

/** A cluster whose server judges as told, and what it was asked. */
function clusterThat(judge: Judge, user: string | undefined = 'jane') {
  const asked: ApiRequest[] = []
  const request = async (of: ApiRequest): Promise<ApiResponse> => {
    asked.push(of)
    const { kind, spec } = of.body as { kind: string; spec?: { resourceAttributes?: Attributes } }
    const status =
      kind === 'SelfSubjectReview'
        ? { userInfo: { username: user } }
        : judge(spec?.resourceAttributes ?? { verb: '' })
    return { json: async () => ({ status }) } as unknown as ApiResponse
  }
  const paths = (part: string) => asked.filter(({ path }) => path.includes(part)).length
  return { connection: { transport: { request } }, resources: [pods], asked, paths }
}

const remove = { verb: 'delete', group: '', resource: 'pods', namespace: 'web', name: 'cart-0' }
const patchNode = { verb: 'patch', group: '', resource: 'nodes', name: 'node-1' }
const scale = { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale' }

test('review says who may not do what and where, and nothing of what is allowed', async () => {
  const cluster = clusterThat(({ verb }) => ({ allowed: verb === 'get' }))
  const answers = await new AccessReviews(new FakeClock()).review(cluster, [
    remove,
    { ...remove, verb: 'get' },
    patchNode,
    { ...scale, namespace: 'web' },
    { verb: 'create', group: '', resource: 'pods', subresource: 'eviction' },
  ])
  expect(answers).toEqual([
    'user jane may not delete pods in namespace web',
    null,
    'user jane may not patch nodes',
    'user jane may not patch deployments.apps/scale in namespace web',
    'user jane may not create pods/eviction in every namespace',
  ])
})

test('review asks for the object by name, where the kind as a whole is refused', async () => {
  const cluster = clusterThat(({ name }) => ({ allowed: name === 'cart-0' }))
  const reviews = new AccessReviews(new FakeClock())
  expect(await reviews.review(cluster, [remove, { ...remove, name: 'cart-1' }])).toEqual([
    null,
    'user jane may not delete pods in namespace web',
  ])
})

test('review asks once while an answer is good, and again half a minute later', async () => {
  const clock = new FakeClock()
  const cluster = clusterThat(() => ({ allowed: true }))
  const reviews = new AccessReviews(clock)
  await Promise.all([
    reviews.review(cluster, [remove]),
    reviews.review(cluster, [{ ...remove, name: 'cart-1' }]),
  ])
  await reviews.review(cluster, [remove])
  expect(cluster.paths('selfsubjectaccessreviews')).toBe(1)
  await clock.advance(30_000)
  await reviews.review(cluster, [remove])
  expect(cluster.paths('selfsubjectaccessreviews')).toBe(2)
})

test('review refuses nothing when the server can’t say', async () => {
  const reviews = new AccessReviews(new FakeClock())
  const unsure = clusterThat(() => ({ allowed: false, evaluationError: 'webhook timed out' }))
  expect(await reviews.review(unsure, [remove])).toEqual([null])
  let failures = 0
  const broken = clusterThat(() => {
    failures++
    throw new Error('not found')
  })
  expect(await reviews.review(broken, [remove])).toEqual([null])
  await reviews.review(broken, [remove])
  expect(failures, 'a failure is not kept').toBe(2)
})

test('review repeats the reason that an authorizer gave, and says you of an unknown user', async () => {
  const cluster = clusterThat(() => ({ allowed: false, reason: 'frozen until Monday' }), '')
  expect(await new AccessReviews(new FakeClock()).review(cluster, [patchNode])).toEqual([
    'you may not patch nodes: frozen until Monday',
  ])
})

test('creating is refused where a namespace’s rules let a person create nothing but questions', async () => {
  const asks = { verbs: ['create'], apiGroups: ['authorization.k8s.io'] }
  const reads = { verbs: ['get', 'list'], apiGroups: ['*'] }
  const refusalFor = (rules: Record<string, unknown>, ...namespaces: string[]) =>
    new AccessReviews(new FakeClock()).refusalToCreate(
      clusterThat(() => rules),
      namespaces,
    )
  const resourceRules = [asks, reads]
  expect(await refusalFor({ resourceRules }, 'web')).toBe(
    'user jane may not create anything in namespace web',
  )
  expect(await refusalFor({ resourceRules }, 'web', 'shop')).toBe(
    'user jane may not create anything in namespaces web, shop',
  )
  expect(await refusalFor({ resourceRules })).toBeNull()
  expect(await refusalFor({ resourceRules, incomplete: true }, 'web')).toBeNull()
  const creates = { verbs: ['*'], apiGroups: ['', 'apps'] }
  expect(await refusalFor({ resourceRules: [asks, creates] }, 'web')).toBeNull()
})
