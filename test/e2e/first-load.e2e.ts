import { gzipSync } from 'node:zlib'
import { local } from '../support/screens.ts'
import { expect, test } from './fixture.ts'

const budgetBytes = 260_000

test('the first load stays in its budget, and editor and terminal come later', async ({
  page,
  open,
}) => {
  const sizes = new Map<string, number>()
  const pending: Promise<void>[] = []
  page.on('response', response => {
    if (!/[.](js|css)$|\/$/.test(new URL(response.url()).pathname) || response.status() !== 200)
      return
    pending.push(
      response.body().then(body => void sizes.set(response.url(), gzipSync(body).length)),
    )
  })
  await open(`${local}/overview`)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await Promise.all(pending)
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(sizes.size).toBeGreaterThan(1)
  expect(total).toBeLessThan(budgetBytes)
  expect([...sizes.keys()].filter(url => /(editor|terminal)-view/.test(url))).toEqual([])
})
