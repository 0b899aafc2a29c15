import { expect, placeOf, row, test } from './fixture.ts'
import { web } from './manifests.ts'

test('what pods and nodes use stands in their lists', async ({ app, open, namespace }) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(page.getByRole('columnheader', { name: 'CPU' })).toBeVisible()
  const memory = row(page, 'Pods', 'web').getByTitle(/^16 Mi of memory; measured \d+ s ago$/)
  await expect(memory).toBeVisible({ timeout: 40_000 })
  await page.getByRole('row', { name: 'Nodes' }).click()
  await expect(page.getByRole('img', { name: /of memory, of \d+/ }).first()).toBeVisible()
})
