import { expect, test } from 'vitest'
import { fitToShow, hiddenValue, restoreHidden, revealValues } from './secrets.ts'

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'db',
    managedFields: [{ manager: 'x' }],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}',
      note: 'n',
    },
  },
  data: { password: 'aHVudGVyMg==', cert: '/w==' },
}

test('fitToShow hides every value of a Secret, also the copy that kubectl apply keeps, and drops managedFields', () => {
  const shown = fitToShow(secret)
  expect(JSON.stringify(shown)).not.toMatch(/aHVudGVyMg|managedFields/)
  expect(shown['data']).toEqual({ password: hiddenValue, cert: hiddenValue })
  expect(fitToShow(secret, true)['data']).toEqual(secret.data)
  expect(fitToShow({ ...secret, kind: 'ConfigMap' })['data']).toEqual(secret.data)
})

test('restoreHidden writes back what was hidden and keeps what was edited', () => {
  const edited = { ...fitToShow(secret), data: { password: hiddenValue, added: 'eA==' } }
  expect(restoreHidden(edited, secret)).toMatchObject({
    data: { password: 'aHVudGVyMg==', added: 'eA==' },
    metadata: { annotations: secret.metadata.annotations },
  })
})

test('revealValues decodes text and leaves binary as base64', () => {
  expect(revealValues(secret.data)).toEqual({
    password: { value: 'hunter2', binary: false },
    cert: { value: '/w==', binary: true },
  })
})
