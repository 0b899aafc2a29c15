import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** The rules of these standards that can judge two themes differently. */
const ofColours = ['color-contrast', 'link-in-text-block']

/**
 * What axe finds wrong with a page: rule, element and why. `colours` asks only what another theme can change. The window
 * has no frames, so axe runs in the page itself, and it keeps nothing of what is right: else a list of a thousand cells
 * takes ten seconds.
 */
export async function violations(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
  const { violations: found } = await (what === 'all'
    ? axe.withTags(standards)
    : axe.withRules(ofColours)
  ).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      node => `${id}: ${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`,
    ),
  )
}
