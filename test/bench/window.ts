import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { chromium, type Page } from '@playwright/test'
import { buildRenderer } from '../../scripts/build-renderer.mjs'
import { browserLaunch } from '../support/browser.ts'
import { TestHome } from '../support/headless.ts'
import { watchWork } from '../support/longest-work.ts'
import { WebApp } from '../support/web-app.ts'
import { type Figure, ms, percentile, type Scale } from './figure.ts'
import { benchPod, createMany } from './objects.ts'
import { builtHost, residentMb, ServedCluster } from './served-cluster.ts'

const remote = 'context%3Aslipway-remote'
const changesPerSecond = 100
/** As fast as keys come from one that is held down. */
const betweenKeysMs = 33
const mb = (value: number) => `${Math.round(value)} MB`

/** The core's memory, and the window in a real browser on a cluster of many pods that change all the time. */
export async function measureWindow(scale: Scale): Promise<Figure[]> {
  if (!existsSync(browserLaunch.executablePath ?? '')) return []
  if (!buildRenderer(process.execPath, text => process.stderr.write(`${text}\n`))) return []
  await using cluster = await ServedCluster.start('--cluster', 'remote', '--api-port', '0')
  await using home = await TestHome.make()
  const kubeconfig = home.file('config')
  await copyFile(cluster.kubeconfig, kubeconfig)
  await using app = await WebApp.startFrom(builtHost('web'), home, '--kubeconfig', kubeconfig)
  const coreMb = () => residentMb(app.host.child.pid ?? 0)
  const alone = await coreMb()
  const browser = await chromium.launch(browserLaunch)
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const firstLoad = await loadedBytes(page, await app.launchUrl())
    await go(page, 'list/core/v1/namespaces')
    await page.getByRole('grid', { name: 'Namespaces' }).waitFor()
    const withRemote = await coreMb()
    const path = '/api/v1/namespaces/default/pods'
    await createMany(cluster.client, path, scale.pods, index => benchPod(`pod-${index}`))
    await go(page, 'list/core/v1/pods')
    await page
      .locator(`[role=grid][aria-rowcount="${scale.pods + 1}"]`)
      .waitFor({ timeout: 60_000 })
    const used = await workDuringChurn(page, cluster, scale)
    return [
      atMost(
        'RSS of the core, no remote cluster',
        alone,
        120,
        mb,
        'the web host, a local cluster beside it',
      ),
      atMost('RSS of the core, a remote cluster open', withRemote, 220, mb),
      {
        measure: `RSS of the core, ${scale.pods.toLocaleString('en')} pods in the window`,
        budget: '',
        figure: mb(await coreMb()),
      },
      atMost('first load of the window, gzip', firstLoad / 1000, 260, kb),
      atMost(`INP p75, ${used.pods} pods, ${used.rate} changes/s`, used.inp, 100, ms, used.note),
      atMost(
        'the longest task meanwhile',
        used.longestTask,
        100,
        ms,
        `no task took more than ${ms(used.longestWork)} of CPU; the rest it waited for a core`,
      ),
    ]
  } finally {
    await browser.close()
  }
}

const kb = (value: number) => `${Math.round(value)} kB`

function atMost(
  measure: string,
  value: number,
  most: number,
  show: (value: number) => string,
  note?: string,
): Figure {
  const budget = `≤ ${show(most)}`
  return { measure, budget, figure: show(value), met: value <= most, ...(note ? { note } : {}) }
}

/** Opens the window and answers what it loaded before it showed anything, packed. */
async function loadedBytes(page: Page, url: string): Promise<number> {
  const sizes: Promise<number>[] = []
  page.on('response', response => {
    const { pathname } = new URL(response.url())
    if (!/[.](js|css)$|\/$/.test(pathname) || response.status() !== 200) return
    sizes.push(response.body().then(body => gzipSync(body).length))
  })
  await page.goto(url)
  await page.getByRole('contentinfo').waitFor()
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

const go = (page: Page, place: string) =>
  page.goto(`${new URL(page.url()).origin}/#/c/${remote}/${place}`)

/** Uses the list by keyboard and mouse while its pods change. */
async function workDuringChurn(page: Page, cluster: ServedCluster, { pods, loadMs }: Scale) {
  await page.evaluate(observe)
  const longestWork = await watchWork(page)
  const done = new AbortController()
  const changing = churn(cluster, pods, done.signal)
  // Unheard, its failure would end the process in place of what broke this off and took its cluster away.
  changing.catch(() => {})
  const started = performance.now()
  let interactions = 0
  await page.getByRole('grid', { name: 'Pods' }).click({ position: { x: 200, y: 200 } })
  while (performance.now() - started < 2 * loadMs) {
    for (const key of ['ArrowDown', 'ArrowDown', 'PageDown', 'ArrowUp']) {
      await page.keyboard.press(key)
      await page.waitForTimeout(betweenKeysMs)
      interactions++
    }
  }
  await page.keyboard.press('/')
  await page.keyboard.type('pod-12', { delay: betweenKeysMs })
  interactions += 7
  const elapsed = performance.now() - started
  await page.evaluate('new Promise(resolve => setTimeout(resolve, 200))')
  done.abort()
  const changes = await changing
  const { slow, longestTask } = await page.evaluate<Observed>('globalThis.observed')
  // What took less than 16 ms the browser does not report.
  const quick = Array.from({ length: Math.max(0, interactions - slow.length) }, () => 8)
  return {
    pods: pods.toLocaleString('en'),
    rate: Math.round(changes / (elapsed / 1000)),
    inp: percentile([...slow, ...quick], 0.75),
    longestTask,
    longestWork: await longestWork(),
    note: `${interactions} key presses; the browser shares the cores with the clusters`,
  }
}

interface Observed {
  /** Durations of interactions that took 16 ms and more. */
  slow: number[]
  longestTask: number
}

const observe = `{
  const observed = { slow: [], longestTask: 0 }
  globalThis.observed = observed
  const longest = new Map()
  new PerformanceObserver(list => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (!interactionId) continue
      longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0))
      observed.slow = [...longest.values()]
    }
  }).observe({ type: 'event', durationThreshold: 16 })
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) observed.longestTask = Math.max(observed.longestTask, duration)
  }).observe({ type: 'longtask' })
}`

/** Changes pods' status a hundred times a second until aborted, none twice at a time; answers how often it did. */
async function churn(cluster: ServedCluster, pods: number, signal: AbortSignal): Promise<number> {
  const started = performance.now()
  let changes = 0
  while (!signal.aborted) {
    const wanted = Math.floor(((performance.now() - started) / 1000) * changesPerSecond)
    const due = Math.min(wanted, changes + pods)
    const batch: Promise<unknown>[] = []
    for (; changes < due; changes++) {
      const path = `/api/v1/namespaces/default/pods/pod-${(changes * 7) % pods}/status`
      batch.push(cluster.client.request(path, 'PATCH', { status: { reason: `Change${changes}` } }))
    }
    await Promise.all(batch)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return changes
}
