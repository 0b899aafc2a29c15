import { readFile } from 'node:fs/promises'
import { drawer, expect, placeOf, test } from './fixture.ts'
import { deployment } from './manifests.ts'

test('the logs of all pods of a workload stand in one view; new pods join, gone ones stay', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 2))
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  const podNames = async () =>
    (await app.kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])).trim().split('\n')
  const [first = ''] = await podNames()
  const page = await open(placeOf('deployments', { namespace, name: 'cart' }))
  await drawer(page, 'Deployment cart').getByRole('button', { name: 'Logs', exact: true }).click()
  const log = page.getByRole('log', { name: 'Log of all pods of cart' })
  const chips = page.getByRole('toolbar', { name: 'Sources' }).getByRole('button')
  await expect(chips).toHaveCount(2)
  const lines = log.getByText('simulated container')
  await expect(lines).toHaveCount(2)

  await app.kubectl(['-n', namespace, 'scale', 'deployment/cart', '--replicas=3'])
  await expect(chips).toHaveCount(3)
  await expect(lines).toHaveCount(3)

  const gone = first.replace('pod/', '')
  await app.kubectl(['-n', namespace, 'delete', 'pod', gone])
  await expect(page.getByRole('button', { name: `gone, main in ${gone}` })).toBeVisible()
  await expect(log).toContainText(`${gone} was deleted`)
  await expect(lines).toHaveCount(4)
  await page.getByRole('button', { name: `gone, main in ${gone}` }).click()
  await expect(lines).toHaveCount(3)

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download what is shown' }).click()
  const file = await downloading
  expect(file.suggestedFilename()).toBe('cart.log')
  const text = await readFile(await file.path(), 'utf8')
  const hash = (await podNames())[0]?.split('-').at(-1) ?? ''
  expect(text).toMatch(new RegExp(`^\\d{4}-\\S+Z ${hash} .*simulated container`, 'm'))

  await page.getByRole('textbox', { name: 'Search this log' }).fill('nothing like this')
  await page.getByRole('button', { name: 'Matches only' }).click()
  await expect(page.getByText('No line matches')).toBeVisible()
})
