import type { V1APIGroup, V1APIResourceList } from '@kubernetes/client-node'
import { ApisApi } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { builtInResources } from '../../support/built-in-resources.ts'
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

conformance(
  '[sig-api-machinery] Discovery should locate the groupVersion and a resource within each APIGroup [Conformance]',
  async ({ raw, step }) => {
    const named = Object.entries(builtInResources).filter(([groupVersion]) => groupVersion !== 'v1')
    for (const [groupVersion, plurals] of named) {
      await step(`${groupVersion} lists its kinds`, async () => {
        const list = (await raw('GET', `/apis/${groupVersion}`)).json as V1APIResourceList
        expect(list.groupVersion).toBe(groupVersion)
        expect(list.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(plurals))
      })
    }
  },
)
