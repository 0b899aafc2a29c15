import { readdir, readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { eventually } from '../../support/eventually.ts'
import { kubectl } from '../../support/kubectl.ts'
import type { Voyage } from './voyage.ts'

interface Pods {
  items: {
    metadata: { name: string; uid: string }
    status: { podIP: string; containerStatuses: { containerID: string; restartCount: number }[] }
  }[]
}

/** What the first start promises; the others follow on the same cluster. */
export function testStart(voyage: () => Voyage): void {
  test('npm start prints one line, and the kubeconfigs work', async () => {
    const { line, host, cluster, lane, dataDir, config } = voyage()
    expect(line).toEqual({
      ready: true,
      cluster,
      apiServer: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      kubeconfig: `${dataDir}/clusters/${cluster}/kubeconfig`,
      runtime: lane.real ? 'docker' : 'simulated',
      startupMs: expect.any(Number),
    })
    expect(host?.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect((await stat(line?.kubeconfig ?? '')).mode & 0o777).toBe(0o600)
    const merged = parse(await readFile(config, 'utf8'))
    expect(merged['current-context']).toBe(`slipway-${cluster}`)
    const { stdout } = await kubectl(config, ['get', 'nodes', '--no-headers'])
    expect(stdout).toMatch(/^slipway +Ready /)
  })

  test('a second npm start attaches: the same line, exit code 0, and nothing owned', async () => {
    const second = voyage().npm(...voyage().lane.args)
    expect(await second.ready()).toEqual(voyage().line)
    expect(await second.exit()).toBe(0)
    expect(await voyage().kubectl('get ns default -o name')).toBe('namespace/default\n')
  })
}

/** Stop, start again, clean up. What earlier tests left running is what is adopted. */
export function testStopAndStart(voyage: () => Voyage): void {
  const pods = async () => {
    const { items } = JSON.parse(await voyage().kubectl('get pods -A -o json')) as Pods
    return items.map(({ metadata, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      ip: status.podIP,
      containers: status.containerStatuses.map(({ containerID, restartCount }) => ({
        containerID,
        restartCount,
      })),
    }))
  }

  test('stop and start: everything is still there, and containers are adopted', async () => {
    const before = await pods()
    expect(before.length).toBeGreaterThanOrEqual(3)
    const { real, nodePort } = voyage().lane
    const started = '{{.Id}} {{.State.StartedAt}}'
    const running = async () => {
      if (!real) return ''
      const ids = (await voyage().docker('ps', '-q', '--no-trunc')).trim().split('\n')
      return voyage().docker('inspect', '-f', started, ...ids.toSorted())
    }
    const containers = await running()
    const { code, ms } = await voyage().stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    if (real) expect(voyage().host?.stderr).toContain('containers go on')
    await voyage().start()
    expect(await pods()).toEqual(before)
    await eventually(async () =>
      expect((await fetch(`http://localhost:${nodePort}/`)).status).toBe(200),
    )
    expect(await pods()).toEqual(before)
    expect(await running()).toBe(containers)
  })

  test('a signal to npm ends every process within 10 s with exit code 0', async () => {
    const { code, ms } = await voyage().stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    const left = (await voyage().traces()).filter(trace => /^\d+ .*main\.ts/.test(trace))
    expect(left).toEqual([])
  })

  test('--cleanup leaves nothing on the machine', async () => {
    const { lane, home, cluster } = voyage()
    const cleaned = voyage().npm('--cleanup', '--volumes', ...lane.args)
    expect(await cleaned.exit(), cleaned.stderr).toBe(0)
    expect(await voyage().traces()).toEqual([])
    expect(await readdir(home.file('data/clusters'))).toEqual([cluster])
    expect(await lane.leftovers?.(voyage())).toEqual(lane.real ? [] : undefined)
  })
}
