import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TestHome } from '../../support/headless.ts'
import { WebApp } from '../../support/web-app.ts'
import { drawer, enter, expect, forwardPort, go, localForwards, placeOf, test } from './fixture.ts'
import { deployment, web } from './manifests.ts'

/** What answers at an address; why not, when nothing does. */
const read = (address: string): Promise<string> =>
  fetch(`http://${address}/`, { signal: AbortSignal.timeout(5000) }).then(
    answer => answer.text(),
    error => String(error.cause ?? error),
  )

test('a port of a pod answers on this machine, also once the pod is replaced', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 1))
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  const podName = async () =>
    (await app.kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])).trim().replace('pod/', '')
  const first = await podName()
  const page = await open(placeOf('pods', { namespace, name: first }))
  const address = await forwardPort(page, `Pod ${first}`, '8080')
  expect(await read(address)).toContain(first)

  await go(page, localForwards)
  const row = page.getByRole('row').filter({ hasText: `Pod ${namespace}/${first}` })
  await expect(row).toContainText('Ready')
  await app.kubectl(['-n', namespace, 'delete', 'pod', first])
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  const second = await podName()
  expect(second).not.toBe(first)
  await expect(row).toContainText(second)
  expect(await read(address)).toContain(second)

  await app.kubectl(['-n', namespace, 'scale', 'deployment/cart', '--replicas=0'])
  await expect(row).toContainText('Waiting')
  await row.getByRole('button', { name: /^Remove/ }).click()
  await expect(row).toHaveCount(0)
  await expect.poll(() => read(address)).toContain('ECONNREFUSED')
})

test('a taken local port names its holder, and another one is chosen', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const holder = createServer().listen(0, '127.0.0.1')
  try {
    await new Promise<void>(resolve => holder.once('listening', resolve))
    const taken = (holder.address() as AddressInfo).port
    const page = await open(placeOf('pods', { namespace, name: 'web' }))
    await expect(
      drawer(page, 'Pod web').getByRole('button', { name: 'Forward a port…' }),
    ).toBeVisible()
    await page.keyboard.press('f')
    const question = page.getByRole('dialog', { name: 'Forward a port of Pod web' })
    await question.getByLabel('Port of the container').fill('8080')
    await question.getByLabel('Local port').fill(String(taken))
    await question.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect(question.getByRole('alert')).toContainText(
      new RegExp(`port ${taken} on 127.0.0.1 is taken by \\S+ \\(pid ${process.pid}\\)`),
    )
    await question.getByLabel('Local port').fill('')
    await question.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect(page.getByText(/^localhost:\d+ leads to Pod web/)).toBeVisible()
  } finally {
    holder.close()
  }
})

test('a forward of a Service comes back when the app does', { tag: '@web' }, async ({
  page,
  namespace,
}) => {
  test.setTimeout(120_000)
  const home = await TestHome.make()
  const start = () => WebApp.start(home, '--kubeconfig', 'none')
  const before = await start()
  await before.apply(`${web('default', namespace)}---
apiVersion: v1
kind: Service
metadata: { name: ${namespace} }
spec: { selector: { app: ${namespace} }, ports: [ { port: 80, targetPort: 8080 } ] }
`)
  await before.kubectl(['wait', `pod/${namespace}`, '--for=condition=Ready'])
  await enter(page, before, placeOf('services', { namespace: 'default', name: namespace }))
  const address = await forwardPort(page, `Service ${namespace}`, undefined)
  expect(await read(address)).toContain(namespace)
  await page.goto('about:blank')
  await before.host.end()
  expect(await read(address)).toContain('ECONNREFUSED')

  await using after = await start()
  await enter(page, after, localForwards)
  const row = page.getByRole('row').filter({ hasText: `Service default/${namespace}` })
  await expect(row).toContainText('Ready', { timeout: 30_000 })
  expect(await read(address)).toContain(namespace)
  await row.getByRole('switch').click({ force: true })
  await expect(row).toContainText('Off')
  await expect.poll(() => read(address)).toContain('ECONNREFUSED')
})
