import { kill } from 'node:process'
import { eventually } from '../../support/eventually.ts'
import { enter, expect, go, overview, placeOf, row, test } from './fixture.ts'
import { web } from './manifests.ts'

test('theme and density are remembered across reloads', async ({ open }) => {
  const page = await open(overview)
  const bar = page.getByRole('contentinfo')
  const scheme = () =>
    page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme')
  await bar.getByRole('button', { name: 'System theme' }).click()
  const first = await scheme()
  await bar.getByRole('button', { name: /theme|Light|Dark/ }).click()
  const second = await scheme()
  expect([first, second].sort()).toEqual(['dark', 'light'])
  await bar.getByRole('button', { name: 'Compact' }).click()
  await page.reload()
  await expect(bar.getByRole('button', { name: 'Comfortable' })).toBeVisible()
  expect(await scheme()).toBe(second)
  await bar.getByRole('button', { name: 'Comfortable' }).click()
  await bar.getByRole('button', { name: /theme|Light|Dark/ }).click()
  await expect(bar.getByRole('button', { name: 'System theme' })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const dark = await background()
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await background()).not.toBe(dark)
})

test('a reload comes back to the same place, and a second tab shows the same', {
  tag: '@web',
}, async ({ app, open, namespace, context }) => {
  await app.apply(web(namespace))
  const page = await open(`${placeOf('pods')}?ns=${namespace}&q=web`)
  await row(page, 'Pods', 'web').click()
  await expect(page.getByRole('complementary', { name: 'Pod web' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('complementary', { name: 'Pod web' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Filter' })).toHaveValue('web')

  const second = await context.newPage()
  await second.goto(page.url())
  await expect(row(second, 'Pods', 'web')).toBeVisible()
  await app.apply(web(namespace, 'web-2'))
  await expect(row(page, 'Pods', 'web')).toHaveCount(2)
  await expect(row(second, 'Pods', 'web')).toHaveCount(2)
  await second.close()
  await app.kubectl(['-n', namespace, 'delete', 'pod', 'web-2', '--wait=false'])
  await expect(row(page, 'Pods', 'web')).toHaveCount(1)
})

test('a cluster that dies while its list is open is started again, and the list recovers by itself', async ({
  app,
  open,
  namespace,
  expectedErrors,
}) => {
  expectedErrors.push('Failed to load resource')
  await app.apply(web(namespace))
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(row(page, 'Pods', 'web')).toContainText('Running')
  const before = await app.clusterPid()
  kill(before, 'SIGKILL')
  await expect(page.getByText('Not live')).toBeVisible()
  await expect(row(page, 'Pods', 'web')).toBeVisible()
  await expect(page.getByText(/The cluster local crashed and is started again/)).toBeVisible()
  await expect.poll(() => app.clusterPid(), { timeout: 40_000 }).not.toBe(before)
  await expect(page.getByText('Not live')).toHaveCount(0, { timeout: 40_000 })
  await expect(row(page, 'Pods', 'web')).toBeVisible()
  await eventually(() => app.apply(web(namespace, 'afterwards')))
  await expect(row(page, 'Pods', 'afterwards')).toContainText('Running')
  await go(page, overview)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await expect(
    page
      .getByRole('navigation', { name: 'Clusters' })
      .getByRole('link', { name: 'local, Running' }),
  ).toBeVisible()
})

test('a window whose host falls silent keeps what it showed', { tag: '@web' }, async ({
  webApp,
  browser,
}) => {
  const page = await browser.newPage()
  await enter(page, webApp, placeOf('namespaces'))
  await expect(row(page, 'Namespaces', 'kube-system')).toBeVisible()
  const host = webApp.host.child.pid ?? 0
  kill(host, 'SIGSTOP')
  try {
    await expect(row(page, 'Namespaces', 'kube-system')).toBeVisible()
  } finally {
    kill(host, 'SIGCONT')
  }
  await webApp.kubectl(['create', 'namespace', 'thawed'])
  await expect(row(page, 'Namespaces', 'thawed')).toBeVisible()
  await webApp.kubectl(['delete', 'namespace', 'thawed', '--wait=false'])
  await page.close()
})
