import { test as base, expect, type Page } from '@playwright/test'
import { FakeHost } from '../support/fake-host/fake-host.ts'
import { listenForErrors, visit } from '../support/page-visits.ts'

interface Window {
  /** The made-up core behind the window. Change it before `open`, or while the window shows it. */
  readonly host: FakeHost
  /** Opens the window at a place. */
  readonly open: (place: string) => Promise<Page>
}

/** A window on a made-up core. A test fails on any error of the page and on anything its content policy refuses. */
export const test = base.extend<Window>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  host: async ({}, use) => {
    await using host = await new FakeHost().start()
    await use(host)
  },
  open: async ({ page, host }, use) => {
    const errors = listenForErrors(page)
    await use(async place => {
      await visit(page, () => `${host.url}#${place}`)
      await page.getByRole('contentinfo').waitFor()
      return page
    })
    expect(errors).toEqual([])
  },
})

export { expect }
