import { expect } from 'vitest'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-network] Ingress API should support creating Ingress API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'networking.k8s.io',
      version: 'v1',
      plural: 'ingresses',
      kind: 'Ingress',
      namespaced: true,
      subresources: ['status'],
      object: () => ({
        spec: {
          // Of no controller, so that none writes a status beside the test.
          ingressClassName: 'nobody',
          defaultBackend: { service: { name: 'default-backend', port: { number: 80 } } },
        },
      }),
      async also(ingresses, { metadata: { name = '' } = {} }) {
        await context.step('patch its status: the address is there', async () => {
          const patched = await ingresses.patchStatus(name, {
            metadata: { annotations: { patchedstatus: 'true' } },
            status: { loadBalancer: { ingress: [{ ip: '169.1.1.1' }] } },
          })
          expect(patched['status'].loadBalancer.ingress).toMatchObject([{ ip: '169.1.1.1' }])
          expect(patched.metadata?.annotations).toMatchObject({ patchedstatus: 'true' })
        })
        await context.step('replace its status, and read it', async () => {
          const ingress = await ingresses.getStatus(name)
          ingress['status'].loadBalancer = { ingress: [{ ip: '169.1.1.2' }] }
          await ingresses.replaceStatus(ingress)
          const { status, spec } = await ingresses.getStatus(name)
          expect(status.loadBalancer.ingress).toMatchObject([{ ip: '169.1.1.2' }])
          expect(spec.defaultBackend.service.name).toBe('default-backend')
        })
      },
    }),
)
