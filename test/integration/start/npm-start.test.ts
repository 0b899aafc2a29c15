import { describe, expect, test } from 'vitest'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'
import { processesOn } from '../../support/processes.ts'

describe.skipIf(process.platform !== 'linux')('npm start', () => {
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
})
