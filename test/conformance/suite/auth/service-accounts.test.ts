import {
  AuthenticationV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

conformance(
  '[sig-auth] ServiceAccounts should allow opting out of API token automount [Conformance]',
  async ({ core, namespace, step }) => {
    const accounts = {
      'account-default': undefined,
      'account-mounts': true,
      'account-opts-out': false,
    }
    const settings = [undefined, true, false]
    await step('create accounts that say nothing, mount, and opt out', async () => {
      for (const [name, automountServiceAccountToken] of Object.entries(accounts)) {
        const choice =
          automountServiceAccountToken === undefined ? {} : { automountServiceAccountToken }
        const body = { metadata: { name }, ...choice }
        await core.createNamespacedServiceAccount({ namespace, body })
      }
    })
    for (const [serviceAccountName, ofAccount] of Object.entries(accounts)) {
      for (const ofPod of settings) {
        const isMounted = ofPod ?? ofAccount ?? true
        const title = `a Pod that says ${ofPod} with ${serviceAccountName}: ${isMounted ? 'a token' : 'no token'}`
        await step(title, async () => {
          const name = `pod-${serviceAccountName}-${ofPod}`
          const choice = ofPod === undefined ? {} : { automountServiceAccountToken: ofPod }
          const containers = [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1' }]
          const spec = { containers, serviceAccountName, ...choice }
          const pod = await core.createNamespacedPod({
            namespace,
            body: { metadata: { name }, spec },
          })
          expect(mountPaths(pod)).toEqual(
            isMounted ? ['/var/run/secrets/kubernetes.io/serviceaccount'] : [],
          )
        })
      }
    }
  },
)

const mountPaths = ({ spec }: V1Pod): string[] =>
  spec?.containers.flatMap(({ volumeMounts = [] }) =>
    volumeMounts.map(({ mountPath }) => mountPath),
  ) ?? []

conformance(
  '[sig-auth] ServiceAccounts should run through the lifecycle of a ServiceAccount [Conformance]',
  async ({ core, namespace, step, watch, uniqueName }) => {
    const name = 'testserviceaccount'
    const labels = { 'test-serviceaccount-static': uniqueName('account') }
    const labelSelector = `test-serviceaccount-static=${uniqueName('account')}`
    const watched = await step('watch service accounts with a label', () =>
      watch(`/api/v1/namespaces/${namespace}/serviceaccounts`, { labelSelector }),
    )
    await step('create one: the watch tells it', async () => {
      const body = { metadata: { name, labels } }
      await core.createNamespacedServiceAccount({ namespace, body })
      expect((await watched.until('ADDED')).metadata.name).toBe(name)
    })
    await step('patch it: the answer and the watch have the change', async () => {
      const body = { automountServiceAccountToken: false }
      const patched = await core.patchNamespacedServiceAccount(
        { namespace, name, body },
        mergePatch,
      )
      expect(patched.automountServiceAccountToken).toBe(false)
      expect((await watched.until('MODIFIED')).automountServiceAccountToken).toBe(false)
    })
    await step('list over all namespaces by the label: it is found as it is now', async () => {
      const { items } = await core.listServiceAccountForAllNamespaces({ labelSelector })
      expect(items).toEqual([
        expect.objectContaining({
          metadata: expect.objectContaining({ name, namespace }),
          automountServiceAccountToken: false,
        }),
      ])
    })
    await step('delete the collection by the label: the watch tells it', async () => {
      await core.deleteCollectionNamespacedServiceAccount({ namespace, labelSelector })
      expect((await watched.until('DELETED')).metadata.name).toBe(name)
    })
  },
)

conformance(
  '[sig-auth] ServiceAccounts should update a ServiceAccount [Conformance]',
  async ({ core, namespace, step }) => {
    const name = 'updated'
    await step('create a service account', async () => {
      const body = { metadata: { name }, automountServiceAccountToken: false }
      const created = await core.createNamespacedServiceAccount({ namespace, body })
      expect(created.automountServiceAccountToken).toBe(false)
    })
    await step('update it: the answer and a read have the change', async () => {
      const updated = await eventually(async () => {
        const body = await core.readNamespacedServiceAccount({ namespace, name })
        body.automountServiceAccountToken = true
        return core.replaceNamespacedServiceAccount({ namespace, name, body })
      })
      expect(updated.automountServiceAccountToken).toBe(true)
      const read = await core.readNamespacedServiceAccount({ namespace, name })
      expect(read.automountServiceAccountToken).toBe(true)
    })
  },
)

conformance(
  '[sig-auth] ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview [Conformance]',
  async ({ api, core, namespace, step }) => {
    const name = 'reviewed'
    const account = await step('create a service account', () =>
      core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } }),
    )
    const token = await step('ask for a token of it', async () => {
      const body = { spec: { expirationSeconds: 3600 } }
      const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body })
      expect(status?.expirationTimestamp?.getTime()).toBeGreaterThan(Date.now())
      return status?.token ?? ''
    })
    await step('a review of the token knows whose it is', async () => {
      const review = await api(AuthenticationV1Api).createTokenReview({ body: { spec: { token } } })
      expect(review.status).toMatchObject({
        authenticated: true,
        user: {
          username: `system:serviceaccount:${namespace}:${name}`,
          uid: account.metadata?.uid,
          groups: expect.arrayContaining([
            'system:serviceaccounts',
            `system:serviceaccounts:${namespace}`,
          ]),
        },
      })
      expect(review.status?.error).toBeUndefined()
    })
    await step('a review of another token does not', async () => {
      const body = { spec: { token: `${token.slice(0, -8)}AAAAAAAA` } }
      const { status } = await api(AuthenticationV1Api).createTokenReview({ body })
      expect(status?.authenticated ?? false).toBe(false)
    })
  },
)

conformance(
  '[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace [Conformance]',
  async ({ core, namespace, step }) => {
    const key = { namespace, name: 'kube-root-ca.crt' }
    const original = await step('a new namespace has it', () => core.readNamespacedConfigMap(key))
    const expectOriginal = () =>
      eventually(async () => {
        const { data } = await core.readNamespacedConfigMap(key)
        expect(data).toEqual(original.data)
      })
    expect(original.data?.['ca.crt']).toMatch(/^-----BEGIN CERTIFICATE-----/)
    await step('delete it: it comes back', async () => {
      await core.deleteNamespacedConfigMap(key)
      await expectOriginal()
    })
    await step('change it: it is set back', async () => {
      const body = { data: { 'ca.crt': '', other: 'added' } }
      await core.patchNamespacedConfigMap({ ...key, body }, mergePatch)
      await eventually(async () => {
        const { data } = await core.readNamespacedConfigMap(key)
        expect(data?.['ca.crt']).toBe(original.data?.['ca.crt'])
      })
    })
  },
)
