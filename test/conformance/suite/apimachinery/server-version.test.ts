import { VersionApi } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-api-machinery] server version should find the server version [Conformance]',
  async ({ api, step }) => {
    const version = await step('read the version', () => api(VersionApi).getCode())
    await step('its major and minor parts are whole numbers', () => {
      expect(version.major).toMatch(/^[0-9]+$/)
      // Distributions may add a plus sign.
      expect(version.minor).toMatch(/^[0-9]+\+?$/)
    })
  },
)
