import { expect, go, placeOf, row, test } from './fixture.ts'
import { crash, deployment, pending, web } from './manifests.ts'

test('rows come, change and go by themselves when kubectl changes something', async ({
  app,
  open,
  namespace,
}) => {
  const page = await open(`${placeOf('deployments')}?ns=${namespace}`)
  await expect(page.getByRole('heading', { name: `No Deployments in ${namespace}` })).toBeVisible()
  await app.apply(deployment(namespace, 'web', 2))
  await expect(row(page, 'Deployments', /web/)).toContainText('2/2')

  await app.kubectl(['-n', namespace, 'scale', 'deployment/web', '--replicas=4'])
  await expect(row(page, 'Deployments', /web/)).toContainText('4/4')

  await go(page, `${placeOf('replicasets')}?ns=${namespace}`)
  const sets = row(page, 'ReplicaSets', /web/)
  await expect(sets).toContainText('4')

  await go(page, `${placeOf('pods')}?ns=${namespace}`)
  const pods = row(page, 'Pods', /web-/)
  await expect(pods).toHaveCount(4)
  await expect(pods.filter({ hasText: 'Running' })).toHaveCount(4)
  const name = await app.kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])
  await app.kubectl(['-n', namespace, 'delete', name.split('\n')[0] ?? '', '--wait'])
  await expect(pods).toHaveCount(4)

  await app.kubectl(['-n', namespace, 'delete', 'deployment', 'web'])
  await expect(page.getByRole('heading', { name: `No Pods in ${namespace}` })).toBeVisible()
})

test('ConfigMaps, Secrets, Services, Namespaces and Nodes are lists of the same kind', async ({
  app,
  open,
  namespace,
}) => {
  const page = await open(`${placeOf('configmaps')}?ns=${namespace}`)
  await expect(row(page, 'ConfigMaps', /kube-root-ca.crt/)).toBeVisible()
  await app.kubectl(['-n', namespace, 'create', 'configmap', 'flags', '--from-literal=a=1'])
  await expect(row(page, 'ConfigMaps', /flags/)).toBeVisible()

  await go(page, `${placeOf('secrets')}?ns=${namespace}`)
  await expect(page.getByRole('heading', { name: `No Secrets in ${namespace}` })).toBeVisible()
  await app.kubectl(['-n', namespace, 'create', 'secret', 'generic', 'login', '--from-literal=a=b'])
  await expect(row(page, 'Secrets', /login/)).toContainText('Opaque')

  await go(page, `${placeOf('services')}?ns=${namespace}`)
  await app.kubectl(['-n', namespace, 'create', 'service', 'nodeport', 'door', '--tcp=80'])
  await expect(row(page, 'Services', /door/)).toContainText('NodePort')

  await go(page, placeOf('namespaces'))
  await expect(row(page, 'Namespaces', namespace)).toContainText('Active')

  await go(page, placeOf('nodes'))
  const node = (await app.kubectl(['get', 'nodes', '-o', 'name'])).trim().replace('node/', '')
  await expect(row(page, 'Nodes', node)).toContainText('Ready')
  await app.kubectl(['cordon', node])
  await expect(row(page, 'Nodes', node)).toContainText('SchedulingDisabled')
  await app.kubectl(['uncordon', node])
  await expect(row(page, 'Nodes', node)).not.toContainText('SchedulingDisabled')
})

test('events come as they happen, newest first, warnings apart', async ({
  app,
  open,
  namespace,
}) => {
  const page = await open(`${placeOf('events')}?ns=${namespace}`)
  await app.apply(pending(namespace))
  await expect(row(page, 'Events', /FailedScheduling/)).toContainText('Insufficient cpu')
  // The server counts the moments of events in seconds.
  await page.waitForTimeout(1_100)
  await app.apply(web(namespace))
  await expect(row(page, 'Events', /Scheduled.*pod\/web/)).toBeVisible()
  const first = page.getByRole('grid', { name: 'Events' }).getByRole('row').nth(1)
  await expect(first).toContainText('pod/web')
  await page.getByRole('radio', { name: /Warnings/ }).click()
  await expect(row(page, 'Events', /pod\/web/)).toHaveCount(0)
  await expect(row(page, 'Events', /FailedScheduling/)).toBeVisible()
})

test('namespaces are chosen, and the choice holds on every list', async ({
  app,
  open,
  namespace,
}) => {
  const other = `${namespace}-other`
  await app.kubectl(['create', 'namespace', other])
  await app.apply(web(namespace) + web(other))
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(row(page, 'Pods', 'web')).toHaveCount(1)
  const picker = page.getByRole('button', { name: /^Namespaces/ })
  await picker.click()
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(row(page, 'Pods', 'web')).toHaveCount(2)
  await page.getByRole('textbox', { name: 'Find a namespace' }).fill(other)
  await page.getByRole('option', { name: other }).click()
  await page.keyboard.press('Escape')
  await expect(picker).toContainText(other)
  await expect(row(page, 'Pods', 'web')).toHaveCount(1)
  await expect(row(page, 'Pods', 'web')).toContainText(other)

  await page.getByRole('row', { name: 'Deployments', exact: true }).click()
  await expect(page.getByRole('heading', { name: `No Deployments in ${other}` })).toBeVisible()
  await app.apply(deployment(namespace, 'hidden', 1) + deployment(other, 'shown', 1))
  await expect(row(page, 'Deployments', 'shown')).toBeVisible()
  await expect(row(page, 'Deployments', 'hidden')).toHaveCount(0)

  await picker.click()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.keyboard.press('Escape')
  await expect(row(page, 'Deployments', 'hidden')).toBeVisible()
  await app.kubectl(['delete', 'namespace', other, '--wait=false'])
})

test('a list is searched and sorted, trouble first unless asked otherwise', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 2) + crash(namespace) + pending(namespace))
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  const rows = page.getByRole('grid', { name: 'Pods' }).getByRole('row')
  await expect(row(page, 'Pods', 'crash')).toContainText('CrashLoopBackOff', { timeout: 20_000 })
  await page.mouse.move(0, 0)
  await expect(rows.nth(1)).toContainText('crash')
  await expect(rows.nth(2)).toContainText('big')

  await page.getByRole('columnheader', { name: 'Name', exact: true }).click()
  await page.mouse.move(0, 0)
  await expect(rows.nth(1)).toContainText('big')
  await page.getByRole('columnheader', { name: 'Name', exact: true }).click()
  await page.mouse.move(0, 0)
  await expect(rows.nth(1)).toContainText('crash')

  await page.keyboard.press('/')
  await page.keyboard.type('cart running')
  await expect(rows).toHaveCount(3)
  await page.getByRole('textbox', { name: 'Filter' }).fill('app=cart')
  await expect(rows).toHaveCount(3)
  await page.getByRole('textbox', { name: 'Filter' }).fill('no such thing')
  await expect(page.getByRole('heading', { name: 'No Pods match' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await expect(rows).toHaveCount(5)
  await page.getByRole('radio', { name: /Failing/ }).click()
  await expect(rows).toHaveCount(2)
})
