import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { refused } from '../../../support/refusals.ts'

conformance(
  '[sig-node] Sysctls [LinuxOnly] [NodeConformance] should reject invalid sysctls [Conformance]',
  async ({ step, core, namespace }) => {
    await step('a pod with sysctls of impossible names is invalid, by each of them', async () => {
      const names = ['foo-', 'kernel.shmmax', 'safe-and-unsafe', 'bar..']
      const sysctls = names.map(name => ({ name, value: 'bar' }))
      const status = await refused(
        422,
        core.createNamespacedPod({
          namespace,
          body: {
            metadata: { name: 'sysctl' },
            spec: {
              securityContext: { sysctls },
              containers: [{ name: 'main', image: 'nginx:1.14.2' }],
            },
          },
        }),
      )
      expect(status.details?.causes?.map(({ field, message }) => [field, message])).toEqual([
        ['spec.securityContext.sysctls[0].name', expect.stringContaining('Invalid value: "foo-"')],
        ['spec.securityContext.sysctls[3].name', expect.stringContaining('Invalid value: "bar.."')],
      ])
    })
  },
)
