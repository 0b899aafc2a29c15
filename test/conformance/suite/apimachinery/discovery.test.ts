import type { V1APIGroup } from '@kubernetes/client-node'
import { ApisApi } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-api-machinery] Discovery should validate PreferredVersion for each APIGroup [Conformance]',
  async ({ api, raw, step }) => {
    const { groups } = await step('list the API groups', () => api(ApisApi).getAPIVersions())
    const served = groups.filter(({ name }) => !name.endsWith('.example.com'))
    expect(served.length).toBeGreaterThan(10)
    for (const { name } of served) {
      await step(`${name}: its preferred version is one of its versions`, async () => {
        const group = (await raw('GET', `/apis/${name}`)).json as V1APIGroup
        const versions = group.versions.map(({ groupVersion }) => groupVersion)
        expect(group.name).toBe(name)
        expect(versions).toContain(group.preferredVersion?.groupVersion)
        for (const { groupVersion, version } of group.versions) {
          expect(groupVersion).toBe(`${name}/${version}`)
        }
      })
    }
  },
)
