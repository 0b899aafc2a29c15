import { availableParallelism, loadavg } from 'node:os'
import type { Page } from '@playwright/test'
import { eventually } from '../../support/eventually.ts'
import { expect, go, test } from './fixture.ts'

const pods = 5_000
const cluster = 'crowd'
const place = `/c/local%3A${cluster}/list/core/v1/pods`

/** Whether other work takes the machine, so that times say little of the window. */
const isBusy = () => (loadavg()[0] ?? 0) > availableParallelism()

/** A pod with little to say: the test is about how many there are. */
const manyPods = (count: number) =>
  Array.from(
    { length: 10 },
    (_, index) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: crowd-${index} }
spec:
  replicas: ${count / 10}
  selector: { matchLabels: { app: crowd-${index} } }
  template:
    metadata: { labels: { app: crowd-${index} } }
    spec: { containers: [ { name: main, image: "nginx:1.14.2" } ] }
`,
  ).join('')

/** Starts to note the page's long tasks; what it answers gives the longest so far, in ms. */
async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`{
    globalThis.longest = 0
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration)
    }).observe({ type: 'longtask' })
  }`)
  return () => page.evaluate<number>('globalThis.longest')
}

/** Rows in sight that say nothing. */
const blanks = (page: Page) =>
  page.evaluate<number>(`(() => {
    const grid = document.querySelector('[role=grid]')
    const box = grid.getBoundingClientRect()
    const x = box.left + 60
    let blank = 0
    for (let y = box.top + 44; y < box.bottom - 28; y += 28) {
      const row = document.elementFromPoint(x, y)?.closest('[role=row]')
      if (!row?.textContent) blank++
    }
    return blank
  })()`)

test('5,000 pods that come and go are scrolled without a blank row or a long pause', async ({
  app,
  open,
}) => {
  test.setTimeout(180_000)
  const page = await open('/clusters/new')
  const panel = page.getByRole('complementary', { name: 'New local cluster' })
  await panel.getByRole('textbox', { name: 'Name' }).fill(cluster)
  await panel.getByText('Simulated', { exact: true }).click()
  await panel.getByRole('textbox', { name: 'Nodes' }).fill('100')
  await panel.getByRole('button', { name: 'Create cluster' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 40_000 })
  await app.apply(manyPods(pods), { cluster })
  await go(page, place)
  const grid = page.getByRole('grid', { name: 'Pods' })
  await expect(grid).toHaveAttribute('aria-rowcount', String(pods + 1), { timeout: 120_000 })
  const longest = await watchLongTasks(page)
  const churn = app.kubectl(['rollout', 'restart', 'deployment/crowd-3'], {
    cluster,
  })
  const box = await grid.boundingBox()
  if (!box) throw new Error('the list has no place')
  await page.mouse.move(box.x + 200, box.y + 200)
  let empty = 0
  for (let step = 0; step < 60; step++) {
    await page.mouse.wheel(0, step % 20 === 19 ? -20_000 : 1_500)
    await page.evaluate('new Promise(resolve => requestAnimationFrame(() => resolve()))')
    empty += await blanks(page)
  }
  await churn
  expect(empty, 'blank rows').toBe(0)
  const budget = isBusy() ? 1_000 : 200
  expect(await longest(), 'the longest task while scrolling, ms').toBeLessThan(budget)
  await page.keyboard.press('/')
  await page.keyboard.type('crowd-5')
  await expect(grid).toHaveAttribute('aria-rowcount', String(pods / 10 + 1))
  expect(await longest(), 'the longest task while filtering, ms').toBeLessThan(budget)

  await go(page, '/clusters')
  await page.getByRole('button', { name: `More on ${cluster}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await eventually(() =>
    expect(page.getByRole('link', { name: cluster, exact: true })).toHaveCount(0),
  )
})
