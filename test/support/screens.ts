import type { Page } from '@playwright/test'
import { startSteps } from './fake-host/fake-clusters.ts'
import { fakeForwards } from './fake-host/fake-forwards.ts'
import type { FakeHost } from './fake-host/fake-host.ts'
import { written } from './fake-host/fake-objects.ts'
import { manyPods } from './fake-host/fake-rows.ts'

/** A screen of the window as a test or a picture wants it. */
export interface Screen {
  readonly name: string
  /** The place, behind `#`. */
  readonly at: string
  readonly before?: (host: FakeHost) => void
  readonly after?: (page: Page, host: FakeHost) => Promise<void>
}

export const local = '/c/local%3Alocal'
export const podsPath = `${local}/list/core/v1/pods`
export const failingPod = `${podsPath}/shop/checkout-api-7d9c6b5f4d-x2k8p`

const key =
  (...keys: string[]) =>
  async (page: Page) => {
    for (const one of keys) await page.keyboard.press(one)
  }

/** Every screen that there is, with its empty, loading and failed forms. */
export const screens: readonly Screen[] = [
  { name: 'overview', at: `${local}/overview` },
  { name: 'pods', at: podsPath },
  { name: 'pod-details', at: failingPod },
  {
    name: 'pod-logs',
    at: failingPod,
    after: async page => {
      await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
      await page.getByLabel('Search this log').fill('econn')
    },
  },
  {
    name: 'workload-logs',
    at: `${local}/list/apps/v1/deployments/shop/checkout-api`,
    after: async page => {
      await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
      await page.getByLabel('Search this log').fill('econn')
    },
  },
  {
    name: 'pod-shell',
    at: failingPod,
    after: async page => {
      await page.getByRole('button', { name: 'Shell' }).first().click()
      await page.locator('.xterm-screen').waitFor()
      await page.keyboard.type('ls /etc')
      await page.keyboard.press('Enter')
    },
  },
  { name: 'pod-events', at: `${failingPod}?tab=events` },
  {
    name: 'pod-yaml',
    at: `${failingPod}?tab=yaml`,
    after: page => page.locator('.cm-content').waitFor(),
  },
  { name: 'deployments', at: `${local}/list/apps/v1/deployments/shop/checkout-api` },
  {
    name: 'rollout',
    at: `${local}/list/apps/v1/deployments/shop/checkout-api?tab=rollout`,
    after: page => page.locator('.cm-content').waitFor(),
  },
  { name: 'services', at: `${local}/list/core/v1/services/shop/storefront` },
  {
    name: 'secret',
    at: `${local}/list/core/v1/secrets/data/postgres-login`,
    after: page => page.getByRole('button', { name: 'Reveal password' }).click(),
  },
  { name: 'configmap', at: `${local}/list/core/v1/configmaps/shop/checkout-flags` },
  { name: 'nodes', at: `${local}/list/core/v1/nodes/-/local` },
  {
    name: 'forward',
    at: `${local}/list/core/v1/services/shop/storefront`,
    after: async page => {
      await page.getByRole('button', { name: 'Forward a port…' }).click()
      await page.getByLabel('Local port').fill('8080')
    },
  },
  {
    name: 'forwards',
    at: `${local}/forwards`,
    before: host => host.forwards.change(fakeForwards()),
  },
  { name: 'forwards-empty', at: `${local}/forwards` },
  { name: 'node-pods', at: `${local}/list/core/v1/nodes/-/local?tab=pods` },
  {
    name: 'node-drain',
    at: `${local}/list/core/v1/nodes/-/local`,
    after: async page => {
      await page.getByRole('button', { name: 'Drain…' }).click()
      await page.getByText(/whose emptyDir data is lost/).click()
      await page.getByRole('button', { name: 'Drain', exact: true }).click()
      await page.getByText('is leaving').first().waitFor()
    },
  },
  { name: 'namespaces', at: `${local}/list/core/v1/namespaces` },
  { name: 'events', at: `${local}/list/core/v1/events` },
  {
    name: 'edit',
    at: `${local}/edit/apps/v1/deployments/shop/cart`,
    after: async page => {
      const editor = page.locator('.cm-content')
      await editor.getByText('replicas: 2').first().click()
      await page.keyboard.press('End')
      await page.keyboard.type('0')
      await page.getByRole('radio', { name: 'Changes' }).click()
      await page.getByRole('button', { name: 'Dry run' }).click()
    },
  },
  {
    name: 'edit-conflict',
    at: `${local}/edit/apps/v1/deployments/shop/cart`,
    before: host => {
      host.replaceAnswer = object =>
        written(object, 'failed', {
          error: {
            code: 409,
            reason: 'Conflict',
            message:
              'Operation cannot be fulfilled on deployments.apps "cart": the object has been modified; please apply your changes to the latest version and try again',
            conflicts: [],
          },
        })
    },
    after: async page => {
      await page.locator('.cm-content').getByText('replicas: 2').first().click()
      await page.keyboard.press('End')
      await page.keyboard.type('0')
      await page.getByRole('button', { name: 'Apply to local' }).click()
      await page.getByText('Your text is kept').waitFor()
    },
  },
  {
    name: 'create',
    at: `${local}/create`,
    after: async page => {
      await page.locator('.cm-content').click()
      await page.keyboard.insertText(
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: fib-client-pod\nspec:\n  containers:\n    - name: fib-client\n      image: rgederin/fib-client-standalone-k8s\n',
      )
      await page.getByRole('button', { name: 'Dry run' }).click()
    },
  },
  { name: 'clusters', at: '/clusters' },
  {
    name: 'clusters-new',
    at: '/clusters/new',
    after: page => page.getByLabel('Name').fill('feature-pay'),
  },
  {
    name: 'starting',
    at: '/c/local%3Aupgrade-test/overview',
  },
  { name: 'stopped', at: '/c/local%3Ascale-test/overview' },
  {
    name: 'start-failed',
    at: '/c/local%3Aupgrade-test/overview',
    before: host => {
      host.clusters = host.clusters.map(one =>
        one.name === 'upgrade-test' && one.local
          ? {
              ...one,
              error:
                'Port 6444 is taken by nginx (pid 812). Stop it, or give the cluster another port.',
              local: {
                ...one.local,
                state: 'failed',
                steps: startSteps.map((step, at) =>
                  at === 4 ? { ...step, state: 'failed' } : step,
                ),
              },
            }
          : one,
      )
    },
  },
  { name: 'connect-failed', at: '/c/context%3Aeks-prod-eu/overview' },
  {
    name: 'simulated',
    at: podsPath,
    before: host => {
      const banner = host.clusters.find(({ name }) => name === 'scale-test')?.local?.banner
      host.clusters = host.clusters.map(one =>
        one.id === 'local:local' && one.local && banner
          ? { ...one, local: { ...one.local, runtime: 'simulated', engine: 'Simulated', banner } }
          : one,
      )
    },
  },
  {
    name: 'pods-5000',
    at: podsPath,
    before: host => host.table('/v1/pods').change(manyPods(5000)),
  },
  {
    name: 'pods-loading',
    at: podsPath,
    before: host => {
      host.table('/v1/pods').silent = true
    },
  },
  {
    name: 'pods-failed',
    at: podsPath,
    before: host => {
      host.table('/v1/pods').failure =
        'pods is forbidden: User "dev@acme" cannot list resource "pods" in API group "" at the cluster scope'
    },
  },
  {
    name: 'pods-stale',
    at: podsPath,
    after: async (_page, host) =>
      host.table('/v1/pods').tell({
        type: 'stale',
        message: 'The API server at 127.0.0.1:6443 refused the connection.',
        since: Date.now() - 40_000,
      }),
  },
  { name: 'ingresses-empty', at: `${local}/list/networking.k8s.io/v1/ingresses` },
  { name: 'pods-no-match', at: `${podsPath}?q=nothing` },
  {
    name: 'row-menu',
    at: podsPath,
    before: host => {
      host.denies = ({ verb }) =>
        verb === 'delete' ? 'user jane may not delete pods in namespace shop' : null
    },
    after: page => page.getByRole('row', { name: /cart/ }).first().click({ button: 'right' }),
  },
  {
    name: 'chosen',
    at: podsPath,
    after: async page => {
      await page.getByRole('grid').focus()
      await key('ArrowDown', 'Space', 'ArrowDown', 'Space')(page)
    },
  },
  {
    name: 'delete',
    at: failingPod,
    after: page => page.getByRole('button', { name: 'Delete…' }).click(),
  },
  {
    name: 'scale',
    at: `${local}/list/apps/v1/deployments/shop/cart`,
    after: page => page.getByRole('button', { name: 'Scale…' }).click(),
  },
  {
    name: 'namespaces-picker',
    at: podsPath,
    after: page => page.getByRole('button', { name: /^Namespaces/ }).click(),
  },
  {
    name: 'columns',
    at: podsPath,
    after: page => page.getByRole('button', { name: 'Columns' }).click(),
  },
  {
    name: 'palette',
    at: podsPath,
    after: async page => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('po')
    },
  },
  {
    name: 'palette-objects',
    at: podsPath,
    after: async page => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('chec')
      await page.getByRole('option', { name: /checkout-flags/ }).waitFor()
    },
  },
  { name: 'help', at: podsPath, after: key('?') },
]
