import type { Page, Route } from '@playwright/test'
import type { FakeHost } from '../support/fake-host/fake-host.ts'
import { failingPod, local, podsPath } from '../support/screens.ts'
import { expect, test } from './fixture.ts'

/** What a browser does to requests while the machine's networks change. */
const breakOff = (route: Route) => route.abort('internetdisconnected')

/** Breaks off the first requests for files of a name. */
async function breakFirst(page: Page, files: string, times: number): Promise<void> {
  await page.route(files, breakOff, { times })
}

/** Opens the window where errors of its page are awaited. */
async function visit(page: Page, host: FakeHost, place: string): Promise<void> {
  await page.goto(`${host.url}#${place}`)
}

for (const [what, files] of [
  ['program', '**/assets/window-*.js'],
  ['style sheet', '**/assets/style-*.css'],
] as const) {
  test(`the window opens, dressed, although its ${what} did not arrive at first`, async ({
    page,
    host,
  }) => {
    await breakFirst(page, files, 3)
    await visit(page, host, podsPath)
    await expect(page.getByRole('grid', { name: 'Pods' })).toBeVisible()
    await expect(page.getByRole('contentinfo')).toHaveCSS('display', 'flex')
  })
}

test('a window that gets no answer says so, and opens as soon as there is one', async ({
  page,
  host,
}) => {
  await breakFirst(page, '**/assets/window-*.js', 6)
  await visit(page, host, podsPath)
  await expect(page.getByRole('alert')).toHaveText(/Slipway does not answer/)
  await expect(page.getByRole('grid', { name: 'Pods' })).toBeVisible({ timeout: 20_000 })
})

test('a window whose program is missing says which file', async ({ page, host }) => {
  await page.route('**/assets/window-*.js', route => route.fulfill({ status: 404 }))
  await visit(page, host, podsPath)
  await expect(page.getByRole('alert')).toHaveText(/assets\/window-.* was answered with 404/)
})

test('a part whose code did not arrive at first is shown all the same', async ({ page, host }) => {
  await breakFirst(page, '**/assets/object-view-*.js', 2)
  await visit(page, host, failingPod)
  await expect(page.getByRole('tab', { name: 'YAML' })).toBeVisible()
})

test('a part whose code never arrives says so, and the rest of the window works', async ({
  page,
  host,
}) => {
  await page.route('**/assets/object-view-*.js', breakOff)
  await visit(page, host, failingPod)
  const failure = page.getByRole('alert').filter({ hasText: 'This part of the window failed' })
  await expect(failure).toContainText('Its code could not be loaded')
  await expect(page.getByRole('grid', { name: 'Pods' })).toBeVisible()
  await page.getByRole('row', { name: 'Overview' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.goBack()
  await page.unroute('**/assets/object-view-*.js')
  await failure.getByRole('button', { name: 'Reload the window' }).click()
  await expect(page.getByRole('tab', { name: 'YAML' })).toBeVisible()
})

test('a question whose code never arrives is said to have failed, and the window works', async ({
  page,
  host,
}) => {
  await page.route('**/assets/delete-question-*.js', breakOff)
  await visit(page, host, failingPod)
  await page.getByRole('tab', { name: 'YAML' }).waitFor()
  await page.getByRole('grid', { name: 'Pods' }).focus()
  await page.keyboard.press('Delete')
  await expect(page.getByText('The question could not be shown')).toBeVisible()
  await visit(page, host, `${local}/overview`)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('what fails while it is drawn leaves the rest of the window alone', async ({ page, host }) => {
  const [row] = host.table('/v1/pods').rows.values()
  if (row) host.table('/v1/pods').change([{ ...row, cells: undefined as never }])
  await visit(page, host, podsPath)
  const failure = page.getByRole('alert').filter({ hasText: 'This part of the window failed' })
  await expect(failure).toBeVisible()
  await page.getByRole('row', { name: /^Nodes/ }).click()
  await expect(page.getByRole('grid', { name: 'Nodes' })).toBeVisible()
})
