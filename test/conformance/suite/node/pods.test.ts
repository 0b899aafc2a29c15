import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { createPod } from '../../support/pods.ts'

const amounts = { cpu: '100m', memory: '100Mi' }

conformance(
  '[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu [Conformance]',
  async context => {
    const { step, core, namespace } = context
    await step('a pod whose requests are its limits is Guaranteed', async () => {
      const resources = { requests: amounts, limits: amounts }
      const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.10.1', resources }]
      await createPod(context, { name: 'guaranteed', spec: { containers } })
      const { status } = await core.readNamespacedPod({ namespace, name: 'guaranteed' })
      expect(status?.qosClass).toBe('Guaranteed')
    })
  },
)
