import 'reflect-metadata'
import { CertificatesV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkApiOperations, checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import { refused } from '../../support/refusals.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** A certificate signing request in PEM, in base64 as the API carries bytes. */
async function signingRequest(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=e2e-example',
    keys,
    signingAlgorithm: algorithm,
  })
  return Buffer.from(request.toString('pem')).toString('base64')
}

conformance(
  '[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations [Conformance]',
  async context => {
    const { api, step } = context
    const certificates = api(CertificatesV1Api)
    const request = await signingRequest()
    await checkApiOperations(context, {
      group: 'certificates.k8s.io',
      version: 'v1',
      plural: 'certificatesigningrequests',
      kind: 'CertificateSigningRequest',
      namespaced: false,
      subresources: ['approval', 'status'],
      object: () => ({
        spec: {
          request,
          // Nobody signs for it.
          signerName: 'e2e.example.com/signer',
          usages: ['digital signature', 'key encipherment', 'server auth'],
        },
      }),
      async also(resource, object) {
        const name = object.metadata?.name ?? ''
        await step('patch its approval: the answer has the change', async () => {
          const body = { metadata: { annotations: { patchedapproval: 'true' } } }
          const patched = await certificates.patchCertificateSigningRequestApproval(
            { name, body },
            mergePatch,
          )
          expect(patched.metadata?.annotations).toMatchObject({ patchedapproval: 'true' })
        })
        await step('update its approval: it is approved', async () => {
          const approved = await eventually(async () => {
            const body = await certificates.readCertificateSigningRequestApproval({ name })
            const condition = {
              type: 'Approved',
              status: 'True',
              reason: 'E2E',
              message: 'set by a test',
            }
            body.status = { ...body.status, conditions: [condition] }
            return certificates.replaceCertificateSigningRequestApproval({ name, body })
          })
          expect(approved.status?.conditions?.map(({ type }) => type)).toEqual(['Approved'])
        })
        await step('an update of the object itself does not approve', async () => {
          const body = await certificates.readCertificateSigningRequest({ name })
          const denied = { type: 'Denied', status: 'True', reason: 'E2E', message: 'x' }
          body.status = { conditions: [denied] }
          const written = await certificates
            .replaceCertificateSigningRequest({ name, body })
            .catch(error => refused(422, Promise.reject(error)))
          expect(JSON.stringify(written)).not.toContain('"Denied"')
        })
        await checkStatusWrites(context, resource, object)
      },
    })
  },
)
