import { createHash } from 'node:crypto'
import { startDockerd } from '../../support/dockerd.ts'
import { TestHome } from '../../support/headless.ts'
import { lacksDockerd } from '../../support/lanes.ts'
import { ownRanges } from '../../support/own-numbers.ts'
import { WebApp } from '../../support/web-app.ts'
import { drawer, enter, expect, forwardPort, go, localForwards, placeOf, test } from './fixture.ts'

const lacks = await lacksDockerd()

const box = `
apiVersion: v1
kind: Pod
metadata: { name: box, namespace: default }
spec: { containers: [ { name: main, image: "test/shell:1", imagePullPolicy: Never } ] }
`

/** Serves five megabytes of its own making, and their sum. */
const store = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: store, namespace: default }
spec:
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: test/shell:1
          imagePullPolicy: Never
          command: [sh, -c, 'head -c 5000000 /dev/urandom >/tmp/cargo; sha256sum </tmp/cargo >/tmp/sum; exec httpd -f -p 8080 -h /tmp']
          readinessProbe: { httpGet: { path: /sum, port: 8080 }, periodSeconds: 1 }
`

/** Wants 48 MB, and may have 16. */
const hungry = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: hungry, namespace: default }
spec:
  selector: { matchLabels: { app: hungry } }
  template:
    metadata: { labels: { app: hungry } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: test/shell:1
          imagePullPolicy: Never
          command: [sh, -c, 'x=$(head -c 24000000 /dev/zero | tr "\\0" x); while :; do sleep 1; done']
          resources: { limits: { memory: 16Mi } }
`

test.describe('on a real engine', { tag: '@web' }, () => {
  test.skip(lacks !== undefined, lacks)
  test.describe.configure({ timeout: 120_000 })
  const owned = new AsyncDisposableStack()
  let app: WebApp

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    const engine = owned.use(await startDockerd())
    await engine.loadImage('test/shell:1')
    const { podCidr, serviceCidr } = await ownRanges()
    app = owned.use(
      await WebApp.start(
        await TestHome.make(),
        ...['--kubeconfig', 'none', '--runtime', 'docker', '--engine-socket', engine.socketPath],
        ...['--pod-cidr', podCidr, '--service-cidr', serviceCidr],
      ),
    )
    owned.defer(() => app.cleanUp())
  })
  test.afterAll(() => owned.disposeAsync())

  test('a shell in a real container takes what is typed, knows its size, and says how it ended', async ({
    page,
  }) => {
    await app.apply(box)
    await app.kubectl(['wait', 'pod/box', '--for=condition=Ready', '--timeout=50s'])
    await enter(page, app, placeOf('pods', { namespace: 'default', name: 'box' }))
    await drawer(page, 'Pod box').getByRole('button', { name: 'Shell' }).click()
    const screen = page.locator('.xterm-rows')
    await expect(screen).toContainText(/[#$]/, { timeout: 20_000 })
    await page.keyboard.type('echo sum $((40 + 2)); stty size')
    await page.keyboard.press('Enter')
    await expect(screen).toContainText('sum 42')
    await expect(screen).toContainText(/\b\d{1,3} \d{2,3}\b/)
    await page.keyboard.type('exit 7')
    await page.keyboard.press('Enter')
    await expect(page.getByText('The shell in main exited with code 7')).toBeVisible()
  })

  test('a forward carries megabytes from a real pod, and from the one that replaces it', async ({
    page,
  }) => {
    await app.apply(store)
    const ready = ['rollout', 'status', 'deployment/store', '--timeout=60s']
    await app.kubectl(ready)
    const podName = async () => {
      const names = await app.kubectl(['get', 'pods', '-l', 'app=store', '-o', 'name'])
      return names.trim().replace('pod/', '')
    }
    const first = await podName()
    await enter(page, app, placeOf('pods', { namespace: 'default', name: first }))
    const address = await forwardPort(page, `Pod ${first}`, '8080')
    const sums = new Set<string>()
    const download = async () => {
      const [cargo, sum] = await Promise.all(
        ['cargo', 'sum'].map(async name =>
          Buffer.from(await (await fetch(`http://${address}/${name}`)).arrayBuffer()),
        ),
      )
      expect(cargo?.length).toBe(5_000_000)
      const found = createHash('sha256')
        .update(cargo ?? '')
        .digest('hex')
      expect(String(sum)).toContain(found)
      sums.add(found)
    }
    await download()
    await app.kubectl(['delete', 'pod', first, '--grace-period=0', '--force'])
    await go(page, localForwards)
    // The rollout counts the pod that went until its controller has seen it go.
    await expect.poll(podName).not.toMatch(new RegExp(`^$|${first}`))
    await app.kubectl(ready)
    const second = await podName()
    const row = page.getByRole('row').filter({ hasText: `Pod default/${first}` })
    await expect(row).toContainText(second, { timeout: 30_000 })
    await expect(row).toContainText('Ready')
    await download()
    expect(sums.size).toBe(2)
  })

  test('a memory limit that was too low is raised from the reason that is shown', async ({
    page,
  }) => {
    await app.apply(hungry)
    const pods = ['get', 'pods', '-l', 'app=hungry', '-o']
    const why = 'jsonpath={.items[0].status.containerStatuses[0].lastState.terminated.reason}'
    await expect.poll(() => app.kubectl([...pods, why]), { timeout: 60_000 }).toBe('OOMKilled')
    const name = await app.kubectl([...pods, 'jsonpath={.items[0].metadata.name}'])
    await enter(page, app, placeOf('pods', { namespace: 'default', name }))
    const details = drawer(page, `Pod ${name}`)
    await expect(
      details.getByText('main needs more memory than its limit allows and is killed.'),
    ).toBeVisible()
    await details.getByRole('button', { name: 'Raise the limit…' }).click()
    const question = page.getByRole('dialog', { name: 'Change the memory limit of main' })
    const limit = question.getByRole('textbox', { name: 'Memory limit' })
    await expect(limit).toHaveValue('16Mi')
    await limit.fill('256Mi')
    await question.getByRole('button', { name: 'Change memory limit' }).click()
    await app.kubectl(['rollout', 'status', 'deployment/hungry', '--timeout=60s'])
    const limits = 'jsonpath={.items[*].spec.containers[0].resources.limits.memory}'
    await expect.poll(() => app.kubectl([...pods, limits])).toBe('256Mi')
    const state = 'jsonpath={.items[0].status.containerStatuses[0].state.running.startedAt}'
    expect(await app.kubectl([...pods, state])).not.toBe('')
  })
})
