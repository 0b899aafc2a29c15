import type { Page } from '@playwright/test'
import { violations } from '../../support/accessibility.ts'
import { createPlace, expect, go, overview, placeOf, row, test } from './fixture.ts'
import { crash, deployment, pending, web } from './manifests.ts'

const sizes = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 800 },
]

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')

test('every screen of the real app is accessible and fits the window', async ({
  app,
  open,
  namespace,
}) => {
  test.setTimeout(180_000)
  await app.apply(
    deployment(namespace, 'cart', 2) + crash(namespace) + pending(namespace) + web(namespace),
  )
  await app.kubectl(['-n', namespace, 'create', 'secret', 'generic', 'login', '--from-literal=a=b'])
  await app.kubectl(['-n', namespace, 'create', 'service', 'nodeport', 'door', '--tcp=80'])
  const page = await open(`${placeOf('pods')}?ns=${namespace}`)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await expect(row(page, 'Pods', 'crash')).toContainText('CrashLoopBackOff', { timeout: 20_000 })
  const node = (await app.kubectl(['get', 'nodes', '-o', 'name'])).trim().replace('node/', '')
  const screens = {
    overview,
    pods: placeOf('pods'),
    crash: placeOf('pods', { namespace, name: 'crash' }),
    deployment: placeOf('deployments', { namespace, name: 'cart' }),
    secret: placeOf('secrets', { namespace, name: 'login' }),
    service: placeOf('services', { namespace, name: 'door' }),
    node: placeOf('nodes', { name: node }),
    namespaces: placeOf('namespaces'),
    events: placeOf('events'),
    edit: placeOf('deployments', { namespace, name: 'cart' }, 'edit'),
    create: createPlace,
    clusters: '/clusters',
    'new cluster': '/clusters/new',
  }
  for (const [at, [name, place]] of Object.entries(screens).entries()) {
    // Both themes of every screen are judged on made-up data; here they take turns.
    const colorScheme = at % 2 ? 'dark' : 'light'
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await go(page, place)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(300)
    expect(await violations(page), `${name}, ${colorScheme}`).toEqual([])
    for (const size of sizes) {
      await page.setViewportSize(size)
      expect(await overflow(page), `${name}, ${size.width} wide`).toBe(0)
    }
  }
})
