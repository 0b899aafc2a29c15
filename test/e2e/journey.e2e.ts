import { expect, type Page, test } from '@playwright/test'
import { kubectl } from '../support/kubectl.ts'
import { WebHostProcess } from '../support/web-host.ts'

test.describe.configure({ mode: 'serial' })

let host: WebHostProcess
let page: Page
test.beforeAll(async ({ browser }) => {
  host = await WebHostProcess.start()
  page = await browser.newPage()
  await page.goto(host.ready.ui)
})
test.afterAll(async () => {
  await page?.close()
  await host?.[Symbol.asyncDispose]()
})

const run = async (...args: string[]) => {
  const { code, stderr } = await kubectl(host.ready.kubeconfig, args)
  expect(stderr, args.join(' ')).toBe('')
  expect(code).toBe(0)
}
const go = (place: string) =>
  page.evaluate(`location.hash = ${JSON.stringify(`/c/local%3Alocal/${place}`)}`)
const row = (name: string | RegExp) => page.getByRole('row', { name })
const toast = (text: string) => page.getByRole('region', { name: 'Notices' }).getByText(text)

test('a manifest is tried, then applied, and its pod appears by itself', async () => {
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('textbox', { name: 'Manifest' }).click()
  await page.keyboard.insertText(`apiVersion: v1
kind: Pod
metadata: { name: fib-client-pod, labels: { component: web } }
spec: { containers: [ { name: fib-client, image: rgederin/fib-client-standalone-k8s, imagePullPolicy: IfNotPresent, ports: [ { containerPort: 3000 } ] } ] }
---
apiVersion: v1
kind: Service
metadata: { name: fib-client-node-port, labels: { component: web } }
spec: { type: NodePort, ports: [ { port: 3050, targetPort: 3000, nodePort: 31515 } ], selector: { component: web } }
`)
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(page.getByText('Pod default/fib-client-pod would be created')).toBeVisible()
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(toast('Applied to local')).toBeVisible()
  await go('list/core/v1/pods')
  await expect(row(/fib-client-pod.*Running/)).toBeVisible()
})

test('malformed YAML is answered with its line, and the text stays', async () => {
  await go('create')
  await page.getByRole('textbox', { name: 'Manifest' }).click()
  await page.keyboard.insertText('apiVersion: v1\nkind: [Pod\nmetadata:\n  name: broken\n')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(
    page
      .getByRole('complementary', { name: 'Outcome' })
      .getByText(/line \d+/)
      .first(),
  ).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Manifest' })).toContainText('name: broken')
})

test('rows change by themselves when kubectl changes something', async () => {
  await go('list/apps/v1/deployments')
  await run('create', 'deployment', 'web', '--image=nginx:1.14.2', '--replicas=2')
  await expect(row(/^web default 2\/2/)).toBeVisible()
  await run('scale', 'deployment', 'web', '--replicas=4')
  await expect(row(/^web default 4\/4/)).toBeVisible()
})

test('a deployment is scaled and restarted from its details', async () => {
  await row(/^web /).click()
  await page.getByRole('button', { name: 'Scale…' }).click()
  await page.getByRole('textbox', { name: 'Replicas' }).fill('3')
  await page.getByRole('button', { name: 'Scale', exact: true }).click()
  await expect(row(/^web default 3\/3/)).toBeVisible()
  await page.getByRole('button', { name: 'Restart…' }).click()
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  await expect(toast('Restarting Deployment web')).toBeVisible()
})

test('the log of a workload and a shell open below and survive going elsewhere', async () => {
  await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
  await expect(page.getByRole('log')).toContainText('simulated container')
  await page.getByRole('button', { name: 'Shell in this container' }).click()
  await expect(page.locator('.xterm-screen')).toBeVisible()
  await go('overview')
  await expect(page.getByRole('tab', { name: /^Shell on web/ })).toBeVisible()
  await page.getByRole('button', { name: /^Close Shell on web/ }).click()
  await page.getByRole('button', { name: /^Close web/ }).click()
})

test('an edit that came second keeps its text and lets the person choose', async () => {
  await go('edit/apps/v1/deployments/default/web')
  const editor = page.getByRole('textbox', { name: 'YAML of Deployment web' })
  await editor.getByText('progressDeadlineSeconds: 600').click()
  await page.keyboard.press('End')
  await page.keyboard.press('Backspace')
  await run('label', 'deployment', 'web', 'team=payments')
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(page.getByRole('heading', { name: 'Conflict' })).toBeVisible()
  await expect(editor).toContainText('progressDeadlineSeconds: 60')
  await page.getByRole('button', { name: 'Compare with the object as it is now' }).click()
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(toast('Deployment web configured')).toBeVisible()
  await run('get', 'deployment', 'web', '-o', 'jsonpath={.spec.progressDeadlineSeconds}')
})

test('the values of a secret are hidden until they are asked for', async () => {
  await run('create', 'secret', 'generic', 'login', '--from-literal=password=correct-horse')
  await go('list/core/v1/secrets/default/login')
  await expect(page.getByText('••••••••')).toBeVisible()
  await expect(page.getByText('correct-horse')).toHaveCount(0)
  await page.getByRole('button', { name: 'Reveal password' }).click()
  await expect(page.getByText('correct-horse')).toBeVisible()
})

test('an object is deleted once its name was confirmed, and its row leaves', async () => {
  await go('list/core/v1/configmaps')
  await run('create', 'configmap', 'flags', '--from-literal=a=1')
  await row(/^flags /).click()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('alertdialog')).toContainText('Delete ConfigMap flags?')
  await expect(page.getByRole('alertdialog')).toContainText('local')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(row(/^flags /)).toHaveCount(0)
})

test('the list stays while the API server restarts, and lives again', async () => {
  await go('list/core/v1/pods')
  await expect(row(/fib-client-pod/)).toBeVisible()
  await page.getByRole('link', { name: 'All clusters' }).click()
  await page.getByRole('button', { name: 'Stop local', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop local' }).click()
  await expect(page.getByRole('button', { name: 'Start local' })).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Start local' }).click()
  await expect(page.getByRole('button', { name: 'Stop local' })).toBeVisible({ timeout: 20_000 })
  await go('list/core/v1/pods')
  await expect(row(/fib-client-pod.*Running/)).toBeVisible({ timeout: 20_000 })
})
