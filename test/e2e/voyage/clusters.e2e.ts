import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Page } from '@playwright/test'
import { eventually } from '../../support/eventually.ts'
import { expect, go, test } from './fixture.ts'

const clusterRow = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

const whyEngineless = "No container engine can be used, so this cluster's pods are simulated."

/** Makes a cluster one that was simulated for want of an engine, as its first start would have kept it. */
async function becomeEngineless(file: string): Promise<void> {
  const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  await writeFile(file, JSON.stringify({ ...settings, reason: whyEngineless }))
}

test('a local cluster is created, stopped, started and deleted', async ({
  app,
  open,
  elsewhere,
}) => {
  const page = await open('/clusters')
  await page.getByRole('button', { name: 'New cluster' }).click()
  const panel = page.getByRole('complementary', { name: 'New local cluster' })
  await panel.getByRole('textbox', { name: 'Name' }).fill('Not A Name')
  await expect(panel.getByRole('button', { name: 'Create cluster' })).toBeDisabled()
  await panel.getByRole('textbox', { name: 'Name' }).fill('spare')
  await expect(panel.getByText('Context slipway-spare is added to the kubeconfig')).toBeVisible()
  await panel.getByText('Simulated', { exact: true }).click()
  await panel.getByRole('button', { name: 'Create cluster' }).click()

  await expect(page.getByRole('heading', { name: /spare is starting/ })).toBeVisible()
  await expect(
    page.getByRole('list', { name: 'Steps' }).getByRole('listitem').first(),
  ).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 40_000 })
  expect(await app.kubectl(['get', 'nodes', '-o', 'name'], { cluster: 'spare' })).toMatch(/^node\//)
  expect(await readFile(elsewhere.kubeconfig, 'utf8')).toContain('slipway-spare')
  await app.kubectl(['create', 'configmap', 'kept'], { cluster: 'spare' })

  await go(page, '/clusters')
  await expect(page.getByText('2 from 1 kubeconfig file')).toBeVisible()
  await clusterRow(page, 'spare').getByRole('button', { name: 'Stop spare' }).click()
  const stop = page.getByRole('alertdialog', { name: 'Stop spare?' })
  await stop.getByRole('button', { name: 'Stop spare' }).click()
  await expect(clusterRow(page, 'spare')).toContainText('Stopped')
  await expect(page.getByText('2 from 1 kubeconfig file')).toBeVisible()

  await becomeEngineless(app.home.file('data', 'clusters', 'spare', 'cluster.json'))
  await page.getByRole('link', { name: 'spare', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'spare is stopped' })).toBeVisible()
  await page.getByRole('button', { name: 'Start spare' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 40_000 })
  await app.kubectl(['get', 'configmap', 'kept'], { cluster: 'spare' })
  const banner = page.getByRole('status').filter({ hasText: whyEngineless })
  await expect(banner).toBeVisible()
  await banner.getByRole('button', { name: 'Hide this notice' }).click()
  await expect(banner).toHaveCount(0)

  await go(page, '/clusters')
  await clusterRow(page, 'spare').getByRole('button', { name: 'More on spare' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete the local cluster spare?' })
  await question.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByText('Deleted the local cluster spare')).toBeVisible({ timeout: 30_000 })
  await expect(clusterRow(page, 'spare')).toHaveCount(0)
  expect(await readFile(elsewhere.kubeconfig, 'utf8')).not.toContain('slipway-spare')
})

test('a start can be cancelled from its first moment', async ({ app, open }) => {
  const page = await open('/clusters/new')
  const panel = page.getByRole('complementary', { name: 'New local cluster' })
  await panel.getByRole('textbox', { name: 'Name' }).fill('hasty')
  await panel.getByText('Simulated', { exact: true }).click()
  await panel.getByRole('button', { name: 'Create cluster' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('heading', { name: 'hasty is stopped' })).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await eventually(() => expect(app.clusterPid('hasty')).rejects.toThrow())
  await page.getByRole('button', { name: 'Start hasty' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 40_000 })
  await go(page, '/clusters')
  await clusterRow(page, 'hasty').getByRole('button', { name: 'More on hasty' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(clusterRow(page, 'hasty')).toHaveCount(0, { timeout: 30_000 })
})

test('a cluster that can not be started says why, and starts once that is mended', async ({
  open,
}) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  const page = await open('/clusters/new')
  const panel = page.getByRole('complementary', { name: 'New local cluster' })
  await panel.getByRole('textbox', { name: 'Name' }).fill('blocked')
  await panel.getByText('Simulated', { exact: true }).click()
  await panel.getByRole('textbox', { name: 'API port' }).fill(String(port))
  await panel.getByRole('button', { name: 'Create cluster' }).click()
  const failure = page.getByRole('alert').filter({ hasText: 'blocked could not be started' })
  await expect(failure).toContainText(String(port), { timeout: 40_000 })
  await new Promise(resolve => taken.close(resolve))
  await failure.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 40_000 })
  await go(page, '/clusters')
  await expect(clusterRow(page, 'blocked')).toContainText(`127.0.0.1:${port}`)
  await clusterRow(page, 'blocked').getByRole('button', { name: 'More on blocked' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(clusterRow(page, 'blocked')).toHaveCount(0, { timeout: 30_000 })
})
