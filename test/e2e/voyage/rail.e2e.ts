import { readFile, writeFile } from 'node:fs/promises'
import type { Locator } from '@playwright/test'
import { kubectl } from '../../support/kubectl.ts'
import type { RunningApp } from '../../support/running-app.ts'
import { drawer, expect, go, overview, row, test } from './fixture.ts'

test('the rail shows the local cluster and every context, and contacts none that was not opened', async ({
  open,
  elsewhere,
  expectedErrors,
}) => {
  expectedErrors.push('Failed to load resource')
  const page = await open()
  const rail = page.getByRole('navigation', { name: 'Clusters' })
  await expect(rail.getByRole('link', { name: 'local, Running' })).toBeVisible()
  await expect(rail.getByRole('link', { name: 'staging, Not opened' })).toBeVisible()
  await expect(rail.getByRole('link', { name: 'prod-eu, Not opened' })).toBeVisible()
  await rail.getByRole('link', { name: 'All clusters' }).click()
  const staging = page.getByRole('row', { name: /staging/ })
  await expect(staging).toContainText('Not opened')
  await expect(staging).toContainText('token')
  await expect(page.getByText('2 from 1 kubeconfig file')).toBeVisible()
  expect(elsewhere.connections()).toBe(0)

  await page.getByRole('button', { name: 'Open staging' }).click()
  const failure = page.getByRole('alert').filter({ hasText: 'staging can’t be reached' })
  await expect(failure).toContainText('127.0.0.1')
  await expect(failure.getByRole('button', { name: 'Retry' })).toBeVisible()
  const tried = elsewhere.connections()
  expect(tried).toBeGreaterThan(0)
  await expect(rail.getByRole('link', { name: 'staging, Failed' })).toBeVisible()
  await failure.getByRole('button', { name: 'Retry' }).click()
  await expect.poll(() => elsewhere.connections()).toBeGreaterThan(tried)

  await expect(rail.getByRole('link', { name: 'prod-eu, Not opened' })).toBeVisible()
  expect(await elsewhere.signedIn()).toBe(false)
})

test('a context that is added to the kubeconfig shows by itself', async ({ open, elsewhere }) => {
  const page = await open('/clusters')
  const before = await readFile(elsewhere.kubeconfig, 'utf8')
  await expect(page.getByRole('row', { name: /prod-eu/ })).toBeVisible()
  const added = before.replace(
    /^contexts:$/m,
    'contexts:\n- name: just-added\n  context: { cluster: staging, user: dev }',
  )
  expect(added).not.toBe(before)
  await writeFile(elsewhere.kubeconfig, added)
  await expect(page.getByRole('row', { name: /just-added/ })).toContainText('Not opened')
  await writeFile(elsewhere.kubeconfig, before)
  await expect(page.getByRole('row', { name: /just-added/ })).toHaveCount(0)
})

/** Somebody who may read the ConfigMaps of a namespace and nothing else: the kubeconfig without and with their context. */
async function addReader(
  app: RunningApp,
  { name, namespace, kubeconfig }: { name: string; namespace: string; kubeconfig: string },
) {
  const inNamespace = ['-n', namespace]
  await app.kubectl([...inNamespace, 'create', 'serviceaccount', name])
  await app.kubectl([...inNamespace, 'create', 'configmap', 'readable'])
  const rights = ['--verb=get,list,watch', '--resource=configmaps']
  await app.kubectl([...inNamespace, 'create', 'role', 'reader', ...rights])
  const who = ['--role=reader', `--serviceaccount=${namespace}:${name}`]
  await app.kubectl([...inNamespace, 'create', 'rolebinding', 'reader', ...who])
  const token = await app.kubectl([...inNamespace, 'create', 'token', name])
  const before = await readFile(kubeconfig, 'utf8')
  const context = `{ cluster: slipway, user: ${name}, namespace: ${namespace} }`
  const added = before
    .replace(/^users:$/m, `users:\n- name: ${name}\n  user: { token: ${token.trim()} }`)
    .replace(/^contexts:$/m, `contexts:\n- name: ${name}\n  context: ${context}`)
  return { before, added }
}

test('another user of a local cluster is a context of its own, who is told what may not be read and finds what may', async ({
  app,
  open,
  namespace,
  elsewhere,
}) => {
  const { before, added } = await addReader(app, {
    name: 'developer',
    namespace,
    kubeconfig: elsewhere.kubeconfig,
  })
  const page = await open('/clusters')
  await writeFile(elsewhere.kubeconfig, added)
  await page.getByRole('button', { name: 'Open developer' }).click()

  const pods = page.getByRole('article').filter({ hasText: 'Pods can’t be listed' })
  await expect(pods).toContainText(`User "system:serviceaccount:${namespace}:developer" cannot`)
  await expect(page.getByText('everything is healthy')).toHaveCount(0)
  await go(page, '/c/context%3Adeveloper/list/core/v1/configmaps')
  const failure = page.getByRole('alert').filter({ hasText: 'ConfigMaps can’t be listed' })
  await expect(failure).toContainText('at the cluster scope')
  await failure.getByRole('button', { name: `Show namespace ${namespace} only` }).click()
  await expect(row(page, 'ConfigMaps', 'readable')).toHaveCount(1)

  await writeFile(elsewhere.kubeconfig, added.replace(/token: \S+/, 'token: revoked'))
  await expect(page.getByRole('main')).toContainText('Unauthorized')
  await writeFile(elsewhere.kubeconfig, added)
  await expect(row(page, 'ConfigMaps', 'readable'), 'it tries again by itself').toHaveCount(1)

  await go(page, '/clusters')
  await writeFile(elsewhere.kubeconfig, before)
  await expect(page.getByRole('row', { name: /developer/ })).toHaveCount(0)
})

test('what a person may not do says why, wherever it is offered', async ({
  app,
  open,
  namespace,
  elsewhere,
}) => {
  const { before, added } = await addReader(app, {
    name: 'jane',
    namespace,
    kubeconfig: elsewhere.kubeconfig,
  })
  const may = (what: string) =>
    `user system:serviceaccount:${namespace}:jane may not ${what} configmaps in namespace ${namespace}`
  const page = await open('/clusters')
  await writeFile(elsewhere.kubeconfig, added)
  await page.getByRole('button', { name: 'Open jane' }).click()
  await go(page, `/c/context%3Ajane/list/core/v1/configmaps?ns=${namespace}`)
  const readable = row(page, 'ConfigMaps', 'readable')

  await readable.click({ button: 'right' })
  const menu = page.getByRole('menu', { name: 'Actions on readable' })
  const entry = menu.getByRole('menuitem', { name: 'Delete…' })
  await expect(entry).toBeDisabled()
  await expect(entry).toHaveAccessibleName(`Delete… ${may('delete')}`)
  await expect(menu.getByRole('menuitem', { name: 'Copy name' })).toBeEnabled()
  await page.keyboard.press('End')
  await expect(entry, 'the reason is reached by keys').toBeFocused()
  await page.keyboard.press('Enter')
  await expect(entry).toBeVisible()
  await page.keyboard.press('Escape')
  const list = page.getByRole('grid', { name: 'ConfigMaps' })
  await expect(list, 'the menu gives back the focus').toBeFocused()

  await readable.click()
  const actions = drawer(page, 'ConfigMap readable').getByRole('toolbar', { name: 'Actions' })
  await expect(actions.getByRole('button', { name: 'Edit' })).toBeDisabled()
  await actions.getByRole('button', { name: 'Delete…' }).focus()
  await page.keyboard.press('Shift+Tab')
  await expect(page.getByRole('tooltip')).toContainText(may('update'))
  await list.press('Delete')
  await expect(page.getByText('Delete isn’t allowed')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await list.press(' ')
  await expect(
    page.getByRole('region', { name: 'ConfigMaps' }).getByRole('button', { name: 'Delete…' }),
  ).toBeDisabled()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('readable')
  const found = page.getByRole('option', { name: `Edit ${may('update')}` })
  await expect(found).toBeDisabled()
  await page.keyboard.press('Escape')
  await go(page, '/clusters')
  await writeFile(elsewhere.kubeconfig, before)
})

test('looking at logs, creating and mending say why a person may not, before they try', async ({
  app,
  open,
  namespace,
  elsewhere,
}) => {
  const { before, added } = await addReader(app, {
    name: 'viewer',
    namespace,
    kubeconfig: elsewhere.kubeconfig,
  })
  const inNamespace = ['-n', namespace]
  const rights = ['--verb=get,list,watch', '--resource=pods,deployments.apps,replicasets.apps']
  await app.kubectl([...inNamespace, 'create', 'role', 'viewer', ...rights])
  const who = ['--role=viewer', `--serviceaccount=${namespace}:viewer`]
  await app.kubectl([...inNamespace, 'create', 'rolebinding', 'viewer', ...who])
  const image = '--image=registry.invalid/none:1'
  await app.kubectl([...inNamespace, 'create', 'deployment', 'stuck', image])
  await app.kubectl([...inNamespace, 'create', 'job', 'once', image])
  const viewer = `user system:serviceaccount:${namespace}:viewer may not`
  const page = await open('/clusters')
  await writeFile(elsewhere.kubeconfig, added)
  await page.getByRole('button', { name: 'Open viewer' }).click()
  const pods = `/c/context%3Aviewer/list/core/v1/pods?ns=${namespace}`
  await go(page, pods)
  await expect(row(page, 'Pods', /^stuck-/)).toBeVisible()
  await go(page, '/c/context%3Aviewer/overview')

  const says = async (button: Locator, reason: string) => {
    await expect(button).toBeDisabled()
    await button.hover()
    await expect(page.getByRole('tooltip')).toContainText(reason)
  }
  await says(
    page.getByRole('button', { name: /^Logs of stuck-/ }),
    `${viewer} get pods/log in namespace ${namespace}`,
  )
  await says(
    page.getByRole('banner').getByRole('button', { name: 'Create' }),
    `${viewer} create anything in namespace ${namespace}`,
  )
  await page.getByRole('button', { name: /^Why\? stuck-/ }).click()
  await says(
    page.getByRole('button', { name: 'Change the image…' }),
    `${viewer} patch deployments.apps in namespace ${namespace}`,
  )
  await go(page, pods)
  await row(page, 'Pods', /^once-/).click()
  await says(
    page.getByRole('button', { name: 'Change the image…' }),
    'Job once makes this pod: change it there',
  )
  await go(page, '/clusters')
  await writeFile(elsewhere.kubeconfig, before)
})

test('the path of the kubeconfig is copied, and kubectl works with it', async ({
  open,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await open(overview)
  await page.getByRole('button', { name: 'Copy kubeconfig path' }).click()
  await expect(page.getByText('Kubeconfig path copied')).toBeVisible()
  const file = await page.evaluate<string>('navigator.clipboard.readText()')
  const nodes = await kubectl(file, ['get', 'nodes', '--no-headers'])
  expect(nodes.stdout).toMatch(/ Ready /)
})

test('the sidebar leads to every kind that the cluster serves', async ({ open }) => {
  const page = await open(overview)
  const sidebar = page.getByRole('navigation', { name: 'Cluster', exact: true })
  const item = (name: string) => sidebar.getByRole('row', { name, exact: true })
  for (const group of ['Config', 'Network', 'Access']) {
    await item(group).getByRole('button', { name: 'Expand' }).click()
  }
  for (const [kind, list] of [
    ['Pods', 'Pods'],
    ['Deployments', 'Deployments'],
    ['ReplicaSets', 'ReplicaSets'],
    ['ConfigMaps', 'ConfigMaps'],
    ['Secrets', 'Secrets'],
    ['Services', 'Services'],
    ['Nodes', 'Nodes'],
    ['Namespaces', 'Namespaces'],
    ['Events', 'Events'],
  ] as const) {
    await item(kind).click()
    await expect(page.getByRole('region', { name: list, exact: true })).toBeVisible()
    await expect(page.getByRole('heading', { name: list, level: 1 })).toBeVisible()
  }
})

test('a window that was opened without a link is told how to open it', { tag: '@web' }, async ({
  webApp,
  page,
}) => {
  const url = new URL(await webApp.launchUrl())
  const response = await page.goto(url.origin)
  expect(response?.status()).toBe(401)
  await page.goto(url.href)
  await page.getByRole('contentinfo').waitFor()
  await expect(page).toHaveURL(/^[^?]*$/)
  const again = await page.request.get(url.href, { maxRedirects: 0 })
  expect([401, 403]).toContain(again.status())
  await go(page, '/c/local%3Alocal/list/core/v1/namespaces')
  await expect(row(page, 'Namespaces', /kube-system/)).toBeVisible()
})
