import { drawer, expect, placeOf, test } from './fixture.ts'
import { deployment } from './manifests.ts'

test('the palette finds objects by their names, and does with them what can be done', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'checkout', 2))
  await app.kubectl([
    '-n',
    namespace,
    'create',
    'configmap',
    'checkout-flags',
    '--from-literal=a=b',
  ])
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(page.getByRole('heading', { name: 'Pods', exact: true })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('checkout-fl')
  const flags = page.getByRole('option', { name: `checkout-flags ConfigMap in ${namespace}` })
  await expect(flags).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(drawer(page, 'ConfigMap checkout-flags')).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('checkout deploy')
  await expect(
    page.getByRole('option', { name: `checkout Deployment in ${namespace}` }),
  ).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Tab')
  await page.keyboard.type('scale')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Scale Deployment checkout' })).toContainText(
    '2 replicas now',
  )
  await page.keyboard.press('Escape')

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Forward a port')
})
