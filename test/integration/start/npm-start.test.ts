import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'
import { lacksLinux, titled } from '../../support/lanes.ts'
import { processesOn } from '../../support/processes.ts'

describe.skipIf(lacksLinux)(titled('npm start', lacksLinux), () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'ends every process within 10 s when npm gets %s',
    async signal => {
      await using home = await TestHome.make()
      const data = home.file('data')
      const npm = home.run('npm', [
        ...['start', '--silent', '--', '--headless', '--data-dir', data],
        ...['--runtime', 'simulated', '--kubeconfig', 'none', '--no-install'],
      ])
      const { kubeconfig } = await npm.ready()
      expect((await kubectl(kubeconfig, ['get', '--raw', '/readyz'])).stdout).toBe('ok')
      expect((await processesOn(data)).length).toBeGreaterThan(1)
      const { code, ms } = await npm.end(signal)
      expect(code).toBe(0)
      expect(ms).toBeLessThan(10_000)
      expect(await processesOn(data)).toEqual([])
      expect(npm.stdout.trimEnd().split('\n')).toHaveLength(1)
    },
  )

  test('passes the exit code on', async () => {
    await using home = await TestHome.make()
    const npm = home.run('npm', ['start', '--silent', '--', '--headless', '--runtime', 'kvm'])
    expect(await npm.exit()).toBe(2)
    expect(npm.stderr).toContain('--runtime kvm')
  })

  test('opens the same app in the browser where Electron does not run, says so, and prints the link where nothing can open it', async () => {
    await using home = await TestHome.make()
    const options = ['--data-dir', home.file('data'), '--runtime', 'simulated', '--no-install']
    const npm = home.run('npm', ['start', '--silent', '--', ...options, '--kubeconfig', 'none'], {
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
    })
    const link = await eventually(() => {
      const said = /No display and no browser here: open this link once, .*: (http\S+)/
      const [, url = ''] = said.exec(npm.stderr) ?? []
      expect(url, npm.stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/launch\?t=/)
      return url
    })
    expect(npm.stderr).toMatch(/^Electron is not used \(.+\)\. .*in your browser instead/m)
    if (process.getuid?.() === 0) expect(npm.stderr).toContain('root')
    const entered = await fetch(link, { redirect: 'manual' })
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/'])
    expect((await npm.end()).code).toBe(0)
  })
})
