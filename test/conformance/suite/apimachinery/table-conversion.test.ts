import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-api-machinery] Servers with support for Table transformation should return a 406 for a backend which does not implement metadata [Conformance]',
  async ({ raw, step }) => {
    await step('ask for a Table of a review, which has no metadata: 406', async () => {
      const answer = await raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        headers: {
          'content-type': 'application/json',
          accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
        },
        body: JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
        }),
      })
      expect(answer.status).toBe(406)
      expect(answer.json).toMatchObject({ kind: 'Status', reason: 'NotAcceptable', code: 406 })
    })
  },
)
