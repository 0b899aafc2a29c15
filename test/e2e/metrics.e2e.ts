import { local, podsPath } from '../support/screens.ts'
import { expect, test } from './fixture.ts'

test('a cluster without metrics has lists without their columns, and nothing asks for them', async ({
  page,
  host,
  open,
}) => {
  host.resources = host.resources.filter(({ group }) => group !== 'metrics.k8s.io')
  await open(podsPath)
  await expect(page.getByRole('columnheader', { name: 'Restarts' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'CPU' })).toHaveCount(0)
  expect(host.usageReaders.asked).toBe(0)
})

test('use stands in its columns, orders them, and is asked for only while its list shows', async ({
  page,
  host,
  open,
}) => {
  await open(podsPath)
  const grid = page.getByRole('grid', { name: 'Pods' })
  const words = /Mi of memory, requests 64 Mi, limit 360 Mi; measured \d+ s ago/
  await expect(grid.getByTitle(words).first()).toBeVisible()
  await page.getByRole('columnheader', { name: 'Memory' }).click()
  await page.getByRole('columnheader', { name: 'Memory' }).click()
  await page.mouse.move(5, 5)
  await expect
    .poll(async () => {
      const texts = await grid.getByRole('gridcell', { name: / Mi$/ }).allTextContents()
      const amounts = texts.map(text => Number.parseInt(text, 10))
      return amounts.length > 5 && amounts.join() === amounts.toSorted((a, b) => b - a).join()
    })
    .toBe(true)
  expect(host.usageReaders.now).toBe(1)
  await page.getByRole('row', { name: 'Namespaces' }).click()
  await expect.poll(() => host.usageReaders.now).toBe(0)
  await page.goto(`${new URL(page.url()).origin}/#${local}/list/core/v1/nodes`)
  await expect(page.getByRole('img', { name: /of CPU, of 10/ })).toBeVisible()
})
