import { drawer, expect, go, placeOf, row, test } from './fixture.ts'
import { deployment } from './manifests.ts'

test('a rollout’s revisions are compared with the present, and one is gone back to', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const rolledOut = ['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s']
  await app.kubectl(rolledOut)
  await app.kubectl(['-n', namespace, 'set', 'image', 'deployment/cart', 'main=nginx:1.27.0'])
  const cause = 'kubernetes.io/change-cause=a newer nginx'
  await app.kubectl(['-n', namespace, 'annotate', 'deployment/cart', cause])
  await app.kubectl(rolledOut)

  const page = await open(`${placeOf('deployments', { namespace, name: 'cart' })}?tab=rollout`)
  const details = drawer(page, 'Deployment cart')
  const revisions = details.getByRole('list', { name: 'Revisions' }).getByRole('button')
  await expect(revisions).toHaveCount(2)
  await expect(revisions.first()).toContainText('a newer nginx')
  await expect(revisions.first()).toContainText('now')
  const template = details.locator('.cm-content')
  await expect(template).toContainText('image: nginx:1.27.0')
  await expect(template).toContainText('image: nginx:1.14.2')

  await details.getByRole('button', { name: 'Roll back…' }).click()
  const question = page.getByRole('alertdialog', {
    name: 'Roll back Deployment cart to revision 1?',
  })
  await question.getByRole('button', { name: 'Roll back' }).click()
  await app.kubectl(rolledOut)
  const image = 'jsonpath={.spec.template.spec.containers[0].image}'
  expect(await app.kubectl(['-n', namespace, 'get', 'deployment', 'cart', '-o', image])).toBe(
    'nginx:1.14.2',
  )
  await expect(revisions.first()).toContainText('3')
  const history = await app.kubectl(['-n', namespace, 'rollout', 'history', 'deployment/cart'])
  expect(history).toMatch(/^2 .*\n3 /m)
})

for (const kind of ['StatefulSet', 'DaemonSet']) {
  test(`a ${kind} goes back to an older revision`, async ({ app, open, namespace }) => {
    const resource = `${kind.toLowerCase()}s`
    await app.apply(`apiVersion: apps/v1
kind: ${kind}
metadata: { name: db, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [ { name: main, image: "postgres:16" } ] }
`)
    const rolledOut = ['-n', namespace, 'rollout', 'status', `${resource}/db`, '--timeout=30s']
    await app.kubectl(rolledOut)
    await app.kubectl(['-n', namespace, 'set', 'image', `${resource}/db`, 'main=postgres:17'])
    await app.kubectl(rolledOut)
    const page = await open(`${placeOf(resource, { namespace, name: 'db' })}?tab=rollout`)
    await page.getByRole('button', { name: 'Roll back…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Roll back' }).click()
    const image = 'jsonpath={.spec.template.spec.containers[0].image}'
    await expect
      .poll(() => app.kubectl(['-n', namespace, 'get', resource, 'db', '-o', image]))
      .toBe('postgres:16')
    await app.kubectl(rolledOut)
    const running = 'jsonpath={.items[*].spec.containers[0].image}'
    expect(await app.kubectl(['-n', namespace, 'get', 'pods', '-o', running])).toBe('postgres:16')
  })
}

test('a rollout is paused and resumed', async ({ app, open, namespace }) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const page = await open(`${placeOf('deployments', { namespace, name: 'cart' })}?ns=${namespace}`)
  const details = drawer(page, 'Deployment cart')
  await details.getByRole('button', { name: 'Pause the rollout' }).click()
  await expect(row(page, 'Deployments', namespace)).toContainText('Paused')
  const paused = ['-n', namespace, 'get', 'deployment', 'cart', '-o', 'jsonpath={.spec.paused}']
  expect(await app.kubectl(paused)).toBe('true')
  await details.getByRole('button', { name: 'Resume the rollout' }).click()
  await expect(row(page, 'Deployments', namespace)).toContainText('Available')
})

test('a CronJob runs now, is suspended and resumed', async ({ app, open, namespace }) => {
  await app.apply(`apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: ${namespace} }
spec:
  schedule: "0 3 1 1 *"
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] }
`)
  const page = await open(`${placeOf('cronjobs', { namespace, name: 'nightly' })}?ns=${namespace}`)
  const details = drawer(page, 'CronJob nightly')
  await details.getByRole('button', { name: 'Run now' }).click()
  await expect(page.getByText(/^Started Job nightly-/)).toBeVisible()
  const jobs = ['-n', namespace, 'get', 'jobs', '-o']
  const manual =
    'jsonpath={.items[*].metadata.annotations.cronjob\\.kubernetes\\.io/instantiate} {.items[*].metadata.ownerReferences[0].name}'
  expect(await app.kubectl([...jobs, manual])).toBe('manual nightly')
  await app.kubectl(['-n', namespace, 'wait', 'job', '--all', '--for=condition=Complete'])

  await details.getByRole('button', { name: 'Suspend' }).click()
  await expect(row(page, 'CronJobs', 'nightly')).toContainText('Suspended')
  await details.getByRole('button', { name: 'Resume' }).click()
  await expect(row(page, 'CronJobs', 'nightly')).not.toContainText('Suspended')
})

test('a CronJob counts down to its next run in its own time zone, and a suspended one has none', async ({
  app,
  page,
  open,
  namespace,
}) => {
  const cronJob = (name: string, spec: string) => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  ${spec}
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] }
`
  await app.apply(
    cronJob('tokyo', 'schedule: "0 3 1 1 *"\n  timeZone: Asia/Tokyo') +
      cronJob('utc', 'schedule: "0 3 1 1 *"') +
      cronJob('held', 'schedule: "0 3 1 1 *"\n  suspend: true'),
  )
  // An hour before 3 o’clock on New Year’s Day in Tokyo, which is nine hours ahead of UTC.
  await page.clock.install({ time: '2030-12-31T17:00:00Z' })
  await open(`${placeOf('cronjobs', { namespace, name: 'tokyo' })}?ns=${namespace}`)
  const cell = (name: string) => row(page, 'CronJobs', name).getByText(/^in \d/)
  await expect(cell('tokyo')).toHaveText(/^in (1h|59m)$/)
  await expect(cell('utc')).toHaveText(/^in (10h|9h)$/)
  await expect(cell('held')).toHaveCount(0)
  const next = drawer(page, 'CronJob tokyo').getByText(/^in \d/)
  await page.clock.fastForward('30:00')
  await expect(next, 'it changes by itself').toHaveText(/^in (30|29) min$/)
  await expect(next).toHaveAttribute('datetime', '2030-12-31T18:00:00.000Z')
  await page.clock.fastForward('31:00')
  await expect(next, 'the next one follows').toHaveText('in 364 d')

  await row(page, 'CronJobs', 'held').click()
  await expect(drawer(page, 'CronJob held')).toContainText('none while it is suspended')
})

test('a Job at work counts as running, a suspended one does not; a CronJob’s Jobs come to its details by themselves', async ({
  app,
  open,
  namespace,
}) => {
  const job = (name: string, suspend: boolean) => `---
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  suspend: ${suspend}
  template:
    spec: { restartPolicy: Never, containers: [ { name: main, image: "registry.invalid/none:1" } ] }
`
  await app.apply(`${job('busy', false)}${job('held', true)}---
apiVersion: batch/v1
kind: CronJob
metadata: { name: yearly, namespace: ${namespace} }
spec:
  schedule: "0 3 1 1 *"
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] }
`)
  const page = await open(`${placeOf('jobs')}?ns=${namespace}`)
  await page.getByRole('radio', { name: /^Running 1/ }).click()
  await expect(row(page, 'Jobs', namespace)).toHaveCount(1)
  await expect(row(page, 'Jobs', 'busy')).toBeVisible()

  await go(page, placeOf('cronjobs', { namespace, name: 'yearly' }))
  const details = drawer(page, 'CronJob yearly')
  await expect(details.getByText('Nothing at this moment')).toBeVisible()
  await app.kubectl(['-n', namespace, 'create', 'job', 'by-hand', '--from=cronjob/yearly'])
  await expect(details.getByText('by-hand, completed')).toBeVisible()
  await app.kubectl(['-n', namespace, 'delete', 'job', 'by-hand'])
  await expect(details.getByText('Nothing at this moment')).toBeVisible()
})
