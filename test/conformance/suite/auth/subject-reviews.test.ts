import { AuthorizationV1Api, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-auth] SubjectReview should support SubjectReview API operations [Conformance]',
  async ({ api, core, namespace, step, raw }) => {
    const authorization = api(AuthorizationV1Api)
    const user = `system:serviceaccount:${namespace}:e2e`
    const resourceAttributes = { verb: 'list', resource: 'configmaps', namespace }
    const asked = async () => {
      const headers = { 'impersonate-user': user }
      const { status } = await raw('GET', `/api/v1/namespaces/${namespace}/configmaps`, { headers })
      return status
    }
    const reviewed = async () => {
      const body = { spec: { user, resourceAttributes } }
      return (await authorization.createSubjectAccessReview({ body })).status?.allowed
    }
    const locallyReviewed = async () => {
      const body = { metadata: { namespace }, spec: { user, resourceAttributes } }
      const review = await authorization.createNamespacedLocalSubjectAccessReview({
        namespace,
        body,
      })
      return review.status?.allowed
    }
    await step('create a service account', () =>
      core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'e2e' } } }),
    )
    await step('it may not list ConfigMaps, and both reviews say so', async () => {
      expect(await asked()).toBe(403)
      expect(await reviewed()).toBe(false)
      expect(await locallyReviewed()).toBe(false)
    })
    await step('give it a role that lists ConfigMaps', async () => {
      const rbac = api(RbacAuthorizationV1Api)
      const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
      await rbac.createNamespacedRole({ namespace, body: { metadata: { name: 'lists' }, rules } })
      await rbac.createNamespacedRoleBinding({
        namespace,
        body: {
          metadata: { name: 'lists' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'lists' },
          subjects: [{ kind: 'ServiceAccount', name: 'e2e', namespace }],
        },
      })
      await eventually(async () => expect(await asked()).toBe(200))
    })
    await step('it may now, and both reviews say so', async () => {
      expect(await reviewed()).toBe(true)
      expect(await locallyReviewed()).toBe(true)
    })
  },
)
