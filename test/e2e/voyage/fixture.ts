import { chmod, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { ElectronApp, lacksElectron } from '../../support/electron-app.ts'
import { TestHome } from '../../support/headless.ts'
import { listenForErrors, visit } from '../../support/page-visits.ts'
import type { RunningApp } from '../../support/running-app.ts'
import { WebApp } from '../../support/web-app.ts'

/** Clusters of other people that the kubeconfig names: what of them was touched. */
interface Elsewhere {
  /** TCP connections that were made to their address. */
  connections(): number
  /** Whether the sign-in command of `prod-eu` was run. */
  signedIn(): Promise<boolean>
  readonly kubeconfig: string
}

/** What shows the window. Tests of what only one of them has are tagged, and left out of the other's project. */
export interface HostOption {
  readonly host: 'web' | 'electron'
}

interface Started {
  readonly app: WebApp | ElectronApp
  readonly elsewhere: Elsewhere
}

interface Voyage {
  readonly app: RunningApp
  /** The same in tests that are tagged `@web`. */
  readonly webApp: WebApp
  readonly isPossible: undefined
  readonly elsewhere: Elsewhere
  /** A namespace of the test's own. */
  readonly namespace: string
  /** Errors that the page may report: the text holds one of these. */
  readonly expectedErrors: string[]
  /** Opens the window at a place, in a browser as a person does: by a launch link. */
  readonly open: (place?: string) => Promise<Page>
}

let namespaces = 0

/** The window of the real app on the simulated runtime, real kubectl beside it. A test fails on any error of the page. */
export const test = base.extend<Voyage, HostOption & { started: Started }>({
  host: ['web', { scope: 'worker', option: true }],
  isPossible: [
    async ({ host }, use, { skip }) => {
      skip(host === 'electron' && lacksElectron !== undefined, lacksElectron ?? '')
      await use(undefined)
    },
    { auto: true },
  ],
  started: [
    async ({ host }, use) => {
      const home = await TestHome.make()
      let connections = 0
      const listener = createServer(socket => {
        connections++
        socket.destroy()
      }).listen(0, '127.0.0.1')
      await new Promise(resolve => listener.once('listening', resolve))
      const { port } = listener.address() as { port: number }
      const kubeconfig = await writeContexts(home, port)
      const app = await (host === 'electron' ? ElectronApp : WebApp).start(
        home,
        ...['--kubeconfig', kubeconfig],
      )
      const elsewhere = {
        connections: () => connections,
        signedIn: () =>
          readFile(home.file('signed-in')).then(
            () => true,
            () => false,
          ),
        kubeconfig,
      }
      await use({ app, elsewhere })
      await app[Symbol.asyncDispose]()
      listener.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  app: async ({ started }, use) => use(started.app),
  webApp: async ({ started }, use) => {
    if (!(started.app instanceof WebApp)) throw new Error('tag this test with @web')
    await use(started.app)
  },
  elsewhere: async ({ started }, use) => use(started.elsewhere),
  namespace: async ({ app }, use) => {
    const name = `voyage-${++namespaces}-${process.pid}`
    await app.kubectl(['create', 'namespace', name])
    await use(name)
    await app.kubectl(['delete', 'namespace', name, '--wait=false'])
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  expectedErrors: async ({}, use) => use([]),
  page: async ({ started: { app }, page }, use) =>
    use(app instanceof ElectronApp ? app.window : page),
  context: async ({ started: { app }, context }, use) =>
    use(app instanceof ElectronApp ? app.electron.context() : context),
  open: async ({ page, app, expectedErrors }, use) => {
    const errors = listenForErrors(page)
    await use(async place => {
      if (app instanceof WebApp) await enter(page, app, place)
      else await go(page, place ?? '')
      return page
    })
    const isExpected = (error: string) => expectedErrors.some(part => error.includes(part))
    expect(errors.filter(error => !isExpected(error))).toEqual([])
  },
})

/** Opens the window in a page at a place. */
export async function enter(page: Page, app: WebApp, place?: string): Promise<void> {
  await visit(page, () => app.launchUrl())
  await page.getByRole('contentinfo').waitFor()
  if (place) await go(page, place)
}

/** Goes to another place of the window that a page shows. */
export async function go(page: Page, place: string): Promise<void> {
  const url = new URL(page.url())
  url.hash = place
  await page.goto(url.href)
}

async function writeContexts(home: TestHome, port: number): Promise<string> {
  const signIn = home.file('sign-in')
  await writeFile(signIn, `#!/bin/sh\ntouch '${home.file('signed-in')}'\n`)
  await chmod(signIn, 0o755)
  const file = home.file('config')
  const server = `https://127.0.0.1:${port}`
  await writeFile(
    file,
    `apiVersion: v1
kind: Config
clusters:
- name: staging
  cluster: { server: "${server}" }
- name: prod-eu
  cluster: { server: "${server}/prod" }
users:
- name: dev
  user: { token: not-a-real-token }
- name: sso
  user:
    exec: { apiVersion: client.authentication.k8s.io/v1, command: "${signIn}", interactiveMode: Never }
contexts:
- name: staging
  context: { cluster: staging, user: dev }
- name: prod-eu
  context: { cluster: prod-eu, user: sso, namespace: shop }
current-context: staging
`,
    { mode: 0o600 },
  )
  return file
}

const local = '/c/local%3Alocal'
const groups: Record<string, string> = {
  deployments: 'apps/v1',
  replicasets: 'apps/v1',
  statefulsets: 'apps/v1',
  daemonsets: 'apps/v1',
  jobs: 'batch/v1',
  storageclasses: 'storage.k8s.io/v1',
  clusterroles: 'rbac.authorization.k8s.io/v1',
  rolebindings: 'rbac.authorization.k8s.io/v1',
  endpointslices: 'discovery.k8s.io/v1',
  priorityclasses: 'scheduling.k8s.io/v1',
  cronjobs: 'batch/v1',
}

/** The place of a kind's list, of an object in it, or of its editor. */
export const placeOf = (
  resource: string,
  object?: { namespace?: string; name: string },
  page: 'list' | 'edit' = 'list',
): string => {
  const kind = `${local}/${page}/${groups[resource] ?? 'core/v1'}/${resource}`
  return object ? `${kind}/${object.namespace ?? '-'}/${object.name}` : kind
}

export const overview = `${local}/overview`
export const createPlace = `${local}/create`
export const localForwards = `${local}/forwards`

/** A row of the list that shows, by a part of what it says. */
export const row = (page: Page, list: string, text: string | RegExp): Locator =>
  page.getByRole('grid', { name: list, exact: true }).getByRole('row').filter({ hasText: text })

/** The details of an object beside its list. */
export const drawer = (page: Page, name: string): Locator =>
  page.getByRole('complementary', { name, exact: true })

/** Forwards a port of what is shown beside a list; the address on this machine that leads there. */
export async function forwardPort(
  page: Page,
  details: string,
  port: string | undefined,
): Promise<string> {
  await drawer(page, details).getByRole('button', { name: 'Forward a port…' }).click()
  const question = page.getByRole('dialog', { name: /Forward a port of/ })
  if (port) await question.getByLabel(/Port of the/).fill(port)
  await question.getByRole('button', { name: 'Forward', exact: true }).click()
  const notice = page.getByText(/^localhost:\d+ leads to /)
  await expect(notice).toBeVisible()
  return `127.0.0.1:${/localhost:(\d+)/.exec((await notice.textContent()) ?? '')?.[1]}`
}

/** Replaces the text of the editor that shows. */
export async function typeYaml(page: Page, change: (text: string) => string): Promise<void> {
  const editor = page.getByRole('textbox', { name: /YAML of|Manifest/ })
  await editor.click()
  await page.keyboard.press('Control+a')
  const text = await page.evaluate<string>(
    'document.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ?? document.querySelector(".cm-content").cmView?.view?.state.doc.toString() ?? ""',
  )
  await page.keyboard.insertText(change(text))
}

export { expect }
