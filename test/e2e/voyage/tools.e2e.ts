import { drawer, expect, go, placeOf, row, test } from './fixture.ts'
import { crash, deployment, pending, web } from './manifests.ts'

test('a failing pod opens on the reason of what is wrong, with its events', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(crash(namespace) + pending(namespace))
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(row(page, 'Pods', 'crash')).toContainText('CrashLoopBackOff', { timeout: 20_000 })
  await row(page, 'Pods', 'crash').click()
  const details = drawer(page, 'Pod crash')
  await expect(details.getByRole('heading', { name: 'Why is it failing?' })).toBeVisible()
  await expect(details.getByText(/main exits with code 3/)).toBeVisible()
  await details.getByRole('tab', { name: /Events/ }).click()
  await expect(details.getByText(/Back-off restarting failed container main/)).toBeVisible()
  await expect(details.getByText(/Successfully assigned/)).toBeVisible()

  await details.getByRole('tab', { name: 'Summary' }).click()
  await details.getByRole('button', { name: 'Last logs' }).click()
  await expect(page.getByRole('log')).toContainText('cannot open /data/config.yaml')

  await go(page, placeOf('pods', { namespace, name: 'big' }))
  const waiting = drawer(page, 'Pod big')
  await expect(waiting.getByRole('heading', { name: 'Why is it waiting?' })).toBeVisible()
  await expect(waiting.getByText('No node takes this pod.')).toBeVisible()
  await expect(waiting.getByRole('button', { name: 'Last logs' })).toBeHidden()
  await expect(waiting.getByText(/1 Insufficient cpu/).first()).toBeVisible()
  const objections = waiting.getByRole('table', { name: 'Why the nodes do not take this pod' })
  const reason = objections.getByRole('row', { name: /Insufficient cpu/ })
  await expect(reason).toContainText('NodeResourcesFit')
  await expect(reason.getByRole('link', { name: 'slipway' })).toBeVisible()
})

test('a Secret is hidden until it is revealed, and can be copied', async ({
  app,
  open,
  namespace,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const secret = 'correct-horse-battery'
  await app.apply(`apiVersion: v1
kind: Secret
metadata: { name: login, namespace: ${namespace} }
stringData: { password: ${secret}, user: admin }
`)
  const page = await open(placeOf('secrets', { namespace, name: 'login' }))
  const details = drawer(page, 'Secret login')
  const base64 = Buffer.from(secret).toString('base64')
  const leaks = async () => {
    const content = await page.content()
    return content.includes(secret) || content.includes(base64)
  }
  await expect(details.getByText('password', { exact: true })).toBeVisible()
  expect(await leaks()).toBe(false)
  await details.getByRole('tab', { name: 'YAML' }).click()
  await expect(details.locator('.cm-content')).toContainText('last-applied-configuration')
  expect(await leaks()).toBe(false)

  await details.getByRole('tab', { name: 'Summary' }).click()
  await details.getByRole('button', { name: 'Copy password' }).click()
  await expect(page.getByText('Value of password copied')).toBeVisible()
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(secret)
  expect(await leaks()).toBe(false)
  await details.getByRole('button', { name: 'Reveal password' }).click()
  await expect(details.getByText(secret)).toBeVisible()
  await expect(details.getByText('admin', { exact: true })).toHaveCount(0)
  await details.getByRole('button', { name: 'Hide password' }).click()
  expect(await leaks()).toBe(false)
})

test('logs follow, and another container is chosen', async ({ app, open, namespace }) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const page = await open(placeOf('pods', { namespace, name: 'web' }))
  await drawer(page, 'Pod web').getByRole('button', { name: 'Logs', exact: true }).click()
  const log = page.getByRole('log')
  await expect(log).toContainText('simulated container web')
  await page.getByRole('button', { name: /Container/ }).click()
  await page.getByRole('option', { name: 'sidecar' }).click()
  await expect(log).toContainText('simulated container sidecar')

  await go(page, `${placeOf('pods')}?ns=${namespace}`)
  await app.apply(crash(namespace))
  await expect(row(page, 'Pods', 'crash')).toBeVisible()
  await row(page, 'Pods', 'crash').click()
  await drawer(page, 'Pod crash').getByRole('button', { name: 'Logs', exact: true }).click()
  const following = page.getByRole('log', { name: /crash/ })
  await expect(following).toContainText('cannot open')
  const lines = following.getByText('cannot open')
  const before = await lines.count()
  await expect.poll(() => lines.count(), { timeout: 30_000 }).toBeGreaterThan(before)
  await page.getByRole('textbox', { name: 'Search this log' }).last().fill('config.yaml')
  await expect(page.getByText(/\d+ found/)).toBeVisible()
})

test('a shell opens, answers, and says how it ended', async ({ app, open, namespace }) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const page = await open(placeOf('pods', { namespace, name: 'web' }))
  await drawer(page, 'Pod web').getByRole('button', { name: 'Shell' }).click()
  const dock = page.getByRole('region', { name: 'Dock' })
  await expect(dock.locator('.xterm-rows')).toContainText('simulated')
  await expect(dock.getByText('The shell in web exited with code 0')).toBeVisible()
  await dock.getByRole('button', { name: 'Open again' }).click()
  await expect(dock.getByText('The shell in web exited with code 0')).toBeVisible()
  await dock.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(dock).toHaveCount(0)
})

test('a Deployment is scaled, restarted and deleted, each after a question', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const page = await open(`${placeOf('deployments', { namespace, name: 'cart' })}?ns=${namespace}`)
  const details = drawer(page, 'Deployment cart')
  await expect(row(page, 'Deployments', 'cart')).toContainText('1/1')

  await details.getByRole('button', { name: 'Scale…' }).click()
  const scale = page.getByRole('dialog', { name: 'Scale Deployment cart' })
  await expect(scale).toContainText(`In ${namespace} on local, 1 replicas now`)
  await scale.getByRole('textbox', { name: 'Replicas' }).fill('3')
  await scale.getByRole('button', { name: 'Scale' }).click()
  await expect(scale).toHaveCount(0)
  await expect(row(page, 'Deployments', 'cart')).toContainText('3/3')
  const replicas = ['-n', namespace, 'get', 'deployment', 'cart', '-o', 'jsonpath={.spec.replicas}']
  expect(await app.kubectl(replicas)).toBe('3')

  const pods = () => app.kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])
  const before = (await pods()).trim().split('\n')
  await details.getByRole('button', { name: 'Restart…' }).click()
  const restart = page.getByRole('alertdialog', { name: 'Restart Deployment cart?' })
  await restart.getByRole('button', { name: 'Restart' }).click()
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  await expect
    .poll(async () => {
      const now = (await pods()).trim().split('\n')
      return now.filter(pod => before.includes(pod)).length
    })
    .toBe(0)

  await details.getByRole('button', { name: 'Delete…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete Deployment cart?' })
  await expect(question).toContainText('Its ReplicaSets and pods are deleted with it')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(row(page, 'Deployments', 'cart')).toBeVisible()
  await details.getByRole('button', { name: 'Delete…' }).click()
  await question.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByText('Deleted Deployment cart')).toBeVisible()
  await expect(page.getByRole('heading', { name: `No Deployments in ${namespace}` })).toBeVisible()
  await expect.poll(pods).toBe('')
})

test('several rows are chosen by keyboard and deleted at once', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(web(namespace, 'a') + web(namespace, 'b') + web(namespace, 'c'))
  const page = await open(`${placeOf('pods')}?ns=${namespace}&sort=Name`)
  await expect(page.getByRole('grid', { name: 'Pods' }).getByRole('row')).toHaveCount(4)
  await page.getByRole('grid', { name: 'Pods' }).focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'Space', 'ArrowDown', 'Space']) {
    await page.keyboard.press(key)
  }
  await expect(page.getByRole('heading', { name: '2 chosen' })).toBeVisible()
  await page.getByRole('button', { name: 'Delete…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete 2 Pods?' })
  await expect(question).toContainText('bc')
  await question.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(row(page, 'Pods', namespace)).toHaveCount(1)
  await expect(row(page, 'Pods', namespace)).toContainText('a')
})

test('an image that cannot be had is changed where it was written down', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(
    deployment(namespace, 'cart', 1).replace('nginx:1.14.2', 'nowhere.invalid/cart:1'),
  )
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  const failing = row(page, 'Pods', /ErrImagePull|ImagePullBackOff/)
  await expect(failing).toBeVisible({ timeout: 20_000 })
  await failing.click()
  const details = page.getByRole('complementary', { name: /^Pod cart-/ })
  await expect(details.getByText('The image nowhere.invalid/cart:1 cannot be had.')).toBeVisible()
  await details.getByRole('button', { name: 'Change the image…' }).click()
  const question = page.getByRole('dialog', { name: 'Change the image of main' })
  await question.getByRole('textbox', { name: 'Image' }).fill('nginx:1.14.2')
  await question.getByRole('button', { name: 'Change image' }).click()
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  await expect(row(page, 'Pods', 'Running')).toHaveCount(1)
})
