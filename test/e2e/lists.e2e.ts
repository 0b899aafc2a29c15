import type { Page } from '@playwright/test'
import { manyPods, podRow } from '../support/fake-host/fake-rows.ts'
import { watchWork } from '../support/longest-work.ts'
import { local, podsPath } from '../support/screens.ts'
import { expect, test } from './fixture.ts'

const grid = (page: Page) => page.getByRole('grid', { name: 'Pods' })
/** The first row under the head. */
const firstRow = (page: Page) => grid(page).getByRole('row').nth(1)
const active = (page: Page) =>
  page.evaluate<string>(
    "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent ?? ''",
  )

test('trouble stands at the top, and a row that recovers leaves it', async ({
  page,
  host,
  open,
}) => {
  await open(podsPath)
  await page.mouse.move(5, 5)
  await expect(firstRow(page)).toContainText('CrashLoopBackOff')
  host
    .table('/v1/pods')
    .change([podRow({ name: 'cart-5f6d8c9b7-zt5nd', word: 'AAA', tone: 'bad' })])
  await expect(firstRow(page)).toContainText('AAA')
  host.table('/v1/pods').change([podRow({ name: 'cart-5f6d8c9b7-zt5nd' })])
  await expect(firstRow(page)).toContainText('CrashLoopBackOff')
})

test('rows keep their places under the pointer, and the head says so', async ({
  page,
  host,
  open,
}) => {
  await open(podsPath)
  const name = firstRow(page).getByRole('gridcell').nth(1)
  const before = await name.textContent()
  await firstRow(page).hover()
  host.table('/v1/pods').change([podRow({ name: 'late-0', word: 'AAA', tone: 'bad' })])
  await expect(page.getByText('order paused')).toBeVisible()
  expect(await name.textContent()).toBe(before)
  await page.mouse.move(5, 5)
  await expect(firstRow(page)).toContainText('late-0')
})

test('filter, segment and sort live in the URL and come back with it', async ({ page, open }) => {
  await open(podsPath)
  await grid(page).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('storefront')
  await page.getByRole('radio', { name: /Running/ }).click()
  await page.getByRole('columnheader', { name: 'Age' }).click()
  await expect(page).toHaveURL(/q=storefront/)
  await expect(page).toHaveURL(/show=running/)
  await expect(page).toHaveURL(/sort=Age/)
  const rows = await grid(page).getByRole('row').count()
  await page.reload()
  await expect(grid(page).getByRole('row')).toHaveCount(rows)
  await expect(page.getByRole('columnheader', { name: 'Age' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
})

test('a namespace is chosen by typing, and is remembered for the cluster', async ({
  page,
  open,
}) => {
  await open(podsPath)
  await page.getByRole('button', { name: /^Namespaces/ }).click()
  await page.keyboard.type('pay')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/ns=payments/)
  await expect(grid(page).getByRole('row', { name: /shop/ })).toHaveCount(0)
  await page.getByRole('row', { name: 'Deployments' }).click()
  await expect(page).toHaveURL(/deployments\?ns=payments/)
})

test('a list is walked, opened, chosen and sorted by keyboard alone', async ({ page, open }) => {
  await open(podsPath)
  await grid(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await active(page)).toContain('m4tq7')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary', { name: /^Pod checkout-api/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(page).toHaveURL(/x2k8p/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('complementary')).toHaveCount(0)
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByRole('heading', { name: '2 chosen' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('columnheader', { name: 'Name', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menu')).toBeVisible()
})

test('F6 walks the regions', async ({ page, open }) => {
  await open(`${podsPath}/shop/checkout-api-7d9c6b5f4d-x2k8p`)
  await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
  await page.getByRole('log').waitFor()
  const regions: string[] = []
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press('F6')
    regions.push(
      await page.evaluate<string>(
        "document.activeElement.closest('[data-region]')?.dataset.region ?? ''",
      ),
    )
  }
  expect([...regions].sort()).toEqual(['dock', 'drawer', 'list', 'rail', 'sidebar'])
})

test('columns are chosen, and one that only lacks room says so', async ({ page, open }) => {
  await open(podsPath)
  await page.getByRole('button', { name: 'Columns' }).click()
  await expect(page.getByText('no room, show anyway')).toHaveCount(2)
  await page.getByText('no room, show anyway').first().click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('columnheader', { name: 'Node' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'Node' })).toBeVisible()
})

test('rows are deleted together after one question that names them', async ({
  page,
  host,
  open,
}) => {
  await open(podsPath)
  await grid(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Delete…' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('Delete 2 Pods?')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByText('Deleted 2 Pods')).toBeVisible()
  expect(host.writes.map(({ call }) => call)).toEqual(['objects.delete'])
})

test('a list that can’t be had says why, and Retry tries again', async ({ page, host, open }) => {
  const table = host.table('/v1/pods')
  table.failure = 'pods is forbidden: User "dev" cannot list resource "pods"'
  await open(podsPath)
  await expect(page.getByRole('alert')).toContainText('User "dev" cannot list resource "pods"')
  table.failure = undefined
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(grid(page)).toBeVisible()
})

test('a context is contacted only when it is opened', async ({ page, host, open }) => {
  await open('/clusters')
  await expect(page.getByRole('row', { name: /aks-staging/ })).toContainText('Not opened')
  expect(host.clusters.find(({ name }) => name === 'aks-staging')?.connection).toBe('not-opened')
  await page.getByRole('button', { name: 'Open aks-staging' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('what is wrong in a text is shown at its line, and the text stays', async ({ page, open }) => {
  await open(`${local}/edit/apps/v1/deployments/shop/cart`)
  await page.locator('.cm-content').getByText('replicas: 2').first().click()
  await page.keyboard.press('End')
  await page.keyboard.insertText('\t# tab')
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(
    page.getByText(/400 BadRequest: error converting YAML.*line 12, column/),
  ).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toBeVisible()
  await page.getByRole('button', { name: /^Close, the draft/ }).click()
  await page.goBack()
  await expect(page.locator('.cm-content')).toContainText('# tab')
})

test('10,000 pods with 100 changes a second stay smooth', async ({ page, host, open }) => {
  const pods = manyPods(10_000)
  const table = host.table('/v1/pods')
  table.change(pods)
  await open(podsPath)
  await expect(grid(page)).toHaveAttribute('aria-rowcount', /^100\d\d$/, { timeout: 30_000 })
  const longestWork = await watchWork(page)
  await page.evaluate(`window.inputs = [];
    new PerformanceObserver(list => window.inputs.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'event', durationThreshold: 16 })`)
  let at = 0
  const churn = setInterval(() => {
    const changed = Array.from({ length: 10 }, () => pods[at++ % pods.length]).flatMap(
      row => row ?? [],
    )
    table.change(
      changed.map(row => ({
        ...row,
        status: {
          word: at % 3 ? 'Running' : 'CrashLoopBackOff',
          tone: at % 3 ? ('ok' as const) : ('bad' as const),
        },
      })),
    )
  }, 100)
  try {
    await grid(page).focus()
    for (let step = 0; step < 30; step++)
      await page.keyboard.press(step % 10 ? 'ArrowDown' : 'PageDown')
    for (let step = 0; step < 20; step++) {
      await page.mouse.wheel(0, 1500)
      await page.waitForTimeout(50)
      expect(await grid(page).getByRole('row').count()).toBeGreaterThan(20)
    }
    await page.keyboard.press('/')
    await page.keyboard.type('storefront', { delay: 33 })
    await expect(grid(page)).not.toHaveAttribute('aria-rowcount', /^100\d\d$/)
  } finally {
    clearInterval(churn)
  }
  const inputs = await page.evaluate<number[]>('window.inputs')
  const sorted = inputs.sort((a, b) => a - b)
  const p75 = sorted[Math.floor(sorted.length * 0.75)] ?? 0
  const longest = await longestWork()
  console.log(`longest task ${Math.round(longest)} ms of CPU, input p75 ${p75} ms`)
  // Twice the window's budget, which the bench holds it to: the machine is shared with the host that makes the changes.
  expect(p75).toBeLessThan(200)
  // The window's budget and half of it again, for machines that are slow; waiting for a core is not counted.
  expect(longest).toBeLessThan(150)
})
