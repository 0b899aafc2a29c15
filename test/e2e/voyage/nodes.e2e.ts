import { drawer, expect, placeOf, row, test } from './fixture.ts'
import { deployment, web } from './manifests.ts'

const nodeName = async (app: { kubectl(args: string[]): Promise<string> }) =>
  (await app.kubectl(['get', 'nodes', '-o', 'name'])).trim().replace('node/', '')

test('a node shows its use and its pods, and is cordoned, with an undo', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const name = await nodeName(app)
  const page = await open(placeOf('nodes', { name }))
  const details = drawer(page, `Node ${name}`)
  await expect(details.getByRole('img', { name: /^CPU: .* cores; .* requested/ })).toBeVisible()
  await expect(details.getByRole('img', { name: /^Pods: \d+ of \d+/ })).toBeVisible()
  await details.getByRole('tab', { name: 'Pods' }).click()
  await expect(details.getByRole('listitem').filter({ hasText: namespace })).toContainText('web')

  await details.getByRole('button', { name: 'Cordon' }).click()
  await expect(row(page, 'Nodes', name)).toContainText('SchedulingDisabled')
  await expect(details.getByRole('button', { name: 'Uncordon' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'Nodes', name)).not.toContainText('SchedulingDisabled')
  const unschedulable = ['get', 'node', name, '-o', 'jsonpath={.spec.unschedulable}']
  expect(await app.kubectl(unschedulable)).not.toBe('true')
})

test('a node is drained after a question that says what is lost', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 2) + web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  const name = await nodeName(app)
  const page = await open(placeOf('nodes', { name }))
  try {
    await drawer(page, `Node ${name}`).getByRole('button', { name: 'Drain…' }).click()
    const question = page.getByRole('alertdialog', { name: `Drain Node ${name}?` })
    const drain = question.getByRole('button', { name: 'Drain', exact: true })
    await expect(drain).toBeDisabled()
    await question.getByText(/that nothing makes anew/).click()
    await drain.click()
    const running = page.getByRole('alertdialog', { name: `Draining Node ${name}` })
    await expect(running.getByText(/is empty but for the pods that belong to it/)).toBeVisible({
      timeout: 45_000,
    })
    await running.getByRole('button', { name: 'Close' }).click()
    const left = ['-n', namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].status.phase}']
    await expect.poll(() => app.kubectl(left)).toBe('Pending Pending')
  } finally {
    await app.kubectl(['uncordon', name])
  }
})

test('a drain shows which budget holds it up, can be stopped, and goes on when the budget lets it', async ({
  app,
  open,
  namespace,
}) => {
  const kubectl = (...args: string[]) => app.kubectl(['-n', namespace, ...args])
  await app.apply(`${deployment(namespace, 'cart', 2)}${web(namespace)}---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: cart, namespace: ${namespace} }
spec: { minAvailable: 2, selector: { matchLabels: { app: cart } } }
`)
  await kubectl('wait', 'pod/web', '--for=condition=Ready')
  await kubectl('rollout', 'status', 'deployment/cart', '--timeout=30s')
  const budget = ['get', 'pdb', 'cart', '-o', 'jsonpath={.status.currentHealthy}']
  await expect.poll(() => kubectl(...budget)).toBe('2')
  const pods = () => kubectl('get', 'pods', '-l', 'app=cart', '-o', 'name')
  const before = await pods()
  const name = await nodeName(app)
  const page = await open(placeOf('nodes', { name }))
  const running = page.getByRole('alertdialog', { name: `Draining Node ${name}` })
  const pod = (text: string | RegExp) => running.getByRole('listitem').filter({ hasText: text })
  const drain = async () => {
    await drawer(page, `Node ${name}`).getByRole('button', { name: 'Drain…' }).click()
    const question = page.getByRole('alertdialog', { name: `Drain Node ${name}?` })
    await expect(question.getByText('as far as disruption budgets allow')).toBeVisible()
    const consent = question.getByText(/that nothing makes anew/)
    if (await consent.isVisible()) await consent.click()
    await question.getByRole('button', { name: 'Drain', exact: true }).click()
    await expect(pod(`${namespace}/cart-`)).toHaveCount(2)
    for (const one of await pod(`${namespace}/cart-`).all()) {
      await expect(one).toContainText('may not leave yet')
      await expect(one).toContainText("would violate the pod's disruption budget")
    }
  }
  try {
    await drain()
    await expect(pod(`${namespace}/web`)).toContainText('has left')
    await running.getByRole('button', { name: 'Stop draining' }).click()
    await expect(running).toHaveCount(0)
    await expect(row(page, 'Nodes', name)).toContainText('SchedulingDisabled')

    await drain()
    expect(await pods()).toBe(before)
    await kubectl('patch', 'pdb', 'cart', '--type=merge', '-p', '{"spec":{"minAvailable":0}}')
    await expect(running.getByText(/is empty but for the pods that belong to it/)).toBeVisible({
      timeout: 45_000,
    })
    await running.getByRole('button', { name: 'Close' }).click()
    const left = ['get', 'pods', '-o', 'jsonpath={.items[*].status.phase}']
    await expect.poll(() => kubectl(...left)).toBe('Pending Pending')
  } finally {
    await app.kubectl(['uncordon', name])
  }
})

test('a pod is evicted after a question', async ({ app, open, namespace }) => {
  await app.apply(web(namespace))
  await app.kubectl(['-n', namespace, 'wait', 'pod/web', '--for=condition=Ready'])
  const page = await open(placeOf('pods', { namespace, name: 'web' }))
  await drawer(page, 'Pod web').getByRole('button', { name: 'Evict…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Evict Pod web?' })
  await question.getByRole('button', { name: 'Evict', exact: true }).click()
  await expect(page.getByText('Evicted Pod web')).toBeVisible()
  await expect.poll(() => app.kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])).toBe('')
})
