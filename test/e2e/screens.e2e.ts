import type { Page } from '@playwright/test'
import { violations } from '../support/accessibility.ts'
import { screens } from '../support/screens.ts'
import { expect, test } from './fixture.ts'

// A screen is judged rule by rule, and a shared machine is slow at that.
test.setTimeout(150_000)

/** The least window at twice the size of its text, the least window, and the two that the pictures show. */
const sizes = [
  { width: 640, height: 400 },
  { width: 960, height: 600 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

/** How far the page could be scrolled sideways, in px. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>(
    'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth',
  )

/** Heads of columns whose name does not fit, or runs below the column chooser. */
const cutHeads = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const chooser = document.querySelector('[role=columnheader][aria-label=Columns] > *')
    const end = chooser ? chooser.getBoundingClientRect().left : innerWidth
    return [...document.querySelectorAll('[role=columnheader] > span')]
      .filter(head => head.scrollWidth > head.clientWidth || head.getBoundingClientRect().right > end)
      .map(head => head.textContent)
  })()`)

for (const screen of screens) {
  test(`${screen.name} is accessible in both themes and fits every window`, async ({
    page,
    host,
    open,
  }) => {
    screen.before?.(host)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await open(screen.at)
    await screen.after?.(page, host)
    await page.waitForTimeout(400)
    expect(await violations(page), 'light').toEqual([])
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    expect(await violations(page, 'colours'), 'dark').toEqual([])
    for (const size of sizes) {
      await page.setViewportSize(size)
      // The details take the list's place with the first frame of the new size: asked before, the page is too wide.
      const wide = { message: `${size.width} wide` }
      await expect.poll(() => overflow(page), wide).toBe(0)
      await expect.poll(() => cutHeads(page), wide).toEqual([])
    }
  })
}
