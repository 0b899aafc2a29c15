import { startDockerd } from '../../support/dockerd.ts'
import { TestHome } from '../../support/headless.ts'
import { lacksDockerd } from '../../support/lanes.ts'
import { WebApp } from '../../support/web-app.ts'
import { drawer, enter, expect, placeOf, test } from './fixture.ts'

const lacks = await lacksDockerd()

const pod = `
apiVersion: v1
kind: Pod
metadata: { name: box, namespace: default }
spec: { containers: [ { name: main, image: "test/shell:1", imagePullPolicy: Never } ] }
`

test('a shell in a real container takes what is typed, knows its size, and says how it ended', {
  tag: '@web',
}, async ({ page }) => {
  test.skip(lacks !== undefined, lacks)
  test.setTimeout(180_000)
  await using engine = await startDockerd()
  await engine.loadImage('test/shell:1')
  await using app = await WebApp.start(
    await TestHome.make(),
    ...['--kubeconfig', 'none', '--runtime', 'docker', '--engine-socket', engine.socketPath],
    ...['--pod-cidr', '10.233.0.0/24', '--service-cidr', '10.133.0.0/16'],
  )
  await app.apply(pod)
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
  await app.cleanUp()
})
