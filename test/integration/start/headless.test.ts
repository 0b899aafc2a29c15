import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { findFreePort } from '#platform/ports.ts'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'

/** Takes a port of 127.0.0.1 until disposed. */
async function occupy(port: number): Promise<AsyncDisposable> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return {
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

describe('starting and stopping', () => {
  test('one line on stdout, a kubeconfig that works, exit code 0 soon after SIGTERM', async () => {
    await using home = await TestHome.make()
    const host = home.start()
    const line = await host.ready()
    expect(line).toEqual({
      ready: true,
      cluster: 'local',
      apiServer: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      kubeconfig: home.file('data/clusters/local/kubeconfig'),
      runtime: 'simulated',
      startupMs: expect.any(Number),
    })
    expect(statSync(line.kubeconfig).mode & 0o777).toBe(0o600)
    const node = await kubectl(line.kubeconfig, [
      ...['get', 'nodes', '-o'],
      'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}',
    ])
    expect(node).toMatchObject({ code: 0, stdout: 'True' })
    const ipv6 = [
      '--server',
      line.apiServer.replace('127.0.0.1', '[::1]'),
      'get',
      '--raw',
      '/readyz',
    ]
    if (
      Object.values(networkInterfaces()).some(list =>
        list?.some(({ address }) => address === '::1'),
      )
    ) {
      expect((await kubectl(line.kubeconfig, ipv6)).stdout).toBe('ok')
    }
    const account = await kubectl(line.kubeconfig, ['get', 'serviceaccount', 'default'])
    expect(account).toMatchObject({ code: 0 })
    const { code, ms } = await host.end()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    expect(host.stdout.split('\n')).toHaveLength(2)
    expect(await readdir(home.directory)).toEqual(['data'])
  })

  test('SIGINT during the start ends it with exit code 0', async () => {
    await using home = await TestHome.make()
    const host = home.start()
    while (!(await readdir(home.file('data/clusters')).catch(() => [])).length) {
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await host.end('SIGINT')).code).toBe(0)
    expect(host.stdout).toBe('')
  })

  test('what was written is there after a stop, and after a kill', async () => {
    await using home = await TestHome.make()
    const first = home.start()
    const { kubeconfig, apiServer } = await first.ready()
    await kubectl(kubeconfig, ['create', 'configmap', 'kept', '--from-literal=a=b'])
    expect((await first.end()).code).toBe(0)
    const second = home.start()
    expect((await second.ready()).apiServer).toBe(apiServer)
    await kubectl(kubeconfig, ['create', 'configmap', 'kept-too', '--from-literal=a=b'])
    await second.end('SIGKILL')
    await home.start().ready()
    const { stdout } = await kubectl(kubeconfig, ['get', 'configmaps', '-o', 'name'])
    expect(stdout).toContain('configmap/kept\n')
    expect(stdout).toContain('configmap/kept-too\n')
  })
})

describe('a second start on a data directory that is in use', () => {
  test("prints the running one's line, exits 0 and owns nothing", async () => {
    await using home = await TestHome.make()
    const first = home.start()
    const line = await first.ready()
    const second = home.start()
    expect(await second.ready()).toEqual(line)
    expect(await second.exit()).toBe(0)
    expect((await kubectl(line.kubeconfig, ['get', 'ns', 'default'])).code).toBe(0)
  })

  test('waits for one that is being started', async () => {
    await using home = await TestHome.make()
    const both = [home.start(), home.start(), home.start()]
    const lines = await Promise.all(both.map(host => host.ready()))
    expect(new Set(lines.map(line => JSON.stringify(line))).size).toBe(1)
    const running = both.filter(host => host.child.exitCode === null)
    await Promise.all(running.map(host => host.end()))
    expect(both.map(host => host.child.exitCode)).toEqual([0, 0, 0])
  })

  test('is not misled by what a killed one left behind', async () => {
    await using home = await TestHome.make()
    const killed = home.start()
    const { startupMs } = await killed.ready()
    await killed.end('SIGKILL')
    const [second, third] = [home.start(), home.start()]
    const [one, other] = await Promise.all([second.ready(), third.ready()])
    expect(one).toEqual(other)
    expect(one.startupMs === startupMs && other.startupMs === startupMs).toBe(false)
  })
})

describe('the port of the API server', () => {
  test('given and taken: an error that names the holder', async () => {
    await using home = await TestHome.make()
    const port = await findFreePort()
    await using _holder = await occupy(port)
    const host = home.start('--api-port', String(port))
    expect(await host.exit()).toBe(1)
    expect(host.stderr).toContain(`port ${port} is taken by`)
    expect(host.stderr).toContain(`(pid ${process.pid})`)
    expect(host.stdout).toBe('')
  })

  test('is kept; taken later it moves, the kubeconfigs are rewritten, and it is said', async () => {
    await using home = await TestHome.make()
    const port = await findFreePort()
    const config = home.file('config')
    const first = home.start('--api-port', String(port), '--kubeconfig', config)
    expect((await first.ready()).apiServer).toBe(`https://127.0.0.1:${port}`)
    await first.end()
    const second = home.start('--kubeconfig', config)
    expect((await second.ready()).apiServer).toBe(`https://127.0.0.1:${port}`)
    await second.end()
    await using _holder = await occupy(port)
    const third = home.start('--kubeconfig', config)
    const { apiServer, kubeconfig } = await third.ready()
    expect(apiServer).not.toBe(`https://127.0.0.1:${port}`)
    expect(third.stderr).toMatch(new RegExp(`port ${port} .*taken`))
    expect((await kubectl(kubeconfig, ['get', 'ns', 'default'])).code).toBe(0)
    const merged = parse(readFileSync(config, 'utf8'))
    expect(merged.clusters[0].cluster.server).toBe(apiServer)
    expect((await kubectl(config, ['get', 'ns', 'default'])).code).toBe(0)
  })
})

describe('several clusters of one data directory', () => {
  test('run side by side with ports, ranges and contexts of their own', async () => {
    await using home = await TestHome.make()
    const config = home.file('config')
    const local = await home.start('--kubeconfig', config).ready()
    const other = await home.start('--kubeconfig', config, '--cluster', 'other').ready()
    expect(other.apiServer).not.toBe(local.apiServer)
    const read = (name: string) =>
      JSON.parse(readFileSync(home.file(`data/clusters/${name}/cluster.json`), 'utf8'))
    expect(read('other').podCidr).not.toBe(read('local').podCidr)
    expect(read('other').serviceCidr).not.toBe(read('local').serviceCidr)
    const merged = parse(readFileSync(config, 'utf8'))
    expect(merged['current-context']).toBe('slipway')
    for (const context of ['slipway', 'slipway-other']) {
      const { stdout } = await kubectl(config, ['--context', context, 'get', 'svc', 'kubernetes'])
      expect(stdout).toContain('443/TCP')
    }
  })
})

describe('--cleanup', () => {
  test('takes the context out of the kubeconfig, and refuses while the cluster runs', async () => {
    await using home = await TestHome.make()
    const config = home.file('config')
    const host = home.start('--kubeconfig', config)
    await host.ready()
    const refused = home.start('--cleanup', '--kubeconfig', config)
    expect(await refused.exit()).toBe(1)
    expect(refused.stderr).toContain('is running')
    await host.end()
    expect(await home.start('--cleanup', '--kubeconfig', config).exit()).toBe(0)
    expect(parse(readFileSync(config, 'utf8'))).toMatchObject({ contexts: [], clusters: [] })
  })

  test('of a cluster that never was makes nothing', async () => {
    await using home = await TestHome.make()
    const host = home.start('--cleanup', '--cluster', 'never', '--kubeconfig', home.file('config'))
    expect(await host.exit()).toBe(0)
    expect(await readdir(home.directory)).toEqual([])
  })
})

describe('bad input gets an answer', () => {
  test('on the command line: exit code 2, and what is right', async () => {
    await using home = await TestHome.make()
    const host = home.start('--runtime', 'kvm')
    expect(await host.exit()).toBe(2)
    expect(host.stderr).toBe('--runtime kvm: one of auto, docker, cri, simulated is wanted\n')
    expect(host.stdout).toBe('')
    expect(await readdir(home.directory)).toEqual([])
  })

  test('what is fixed when a cluster is made can not be changed', async () => {
    await using home = await TestHome.make()
    const first = home.start()
    await first.ready()
    await first.end()
    for (const args of [
      ['--runtime', 'docker'],
      ['--pod-cidr', '10.99.0.0/24'],
      ['--service-cidr', '10.98.0.0/16'],
      ['--store', 'memory'],
    ]) {
      const host = home.start(...args)
      expect(await host.exit()).toBe(1)
      expect(host.stderr).toMatch(/fixed/)
    }
  })

  test('a data directory that can not be used', async () => {
    await using home = await TestHome.make()
    writeFileSync(home.file('file'), '')
    const host = home.start('--data-dir', home.file('file/below'))
    expect(await host.exit()).toBe(1)
    expect(host.stderr).toContain(home.file('file/below'))
    expect(host.stderr).toContain('--data-dir')
  })

  test('a damaged database is kept aside, and said', async () => {
    await using home = await TestHome.make()
    const first = home.start()
    await first.ready()
    await first.end()
    const folder = home.file('data/clusters/local/store')
    const [database = ''] = await readdir(folder)
    writeFileSync(`${folder}/${database}`, 'no database '.repeat(1000))
    const second = home.start()
    await second.ready()
    expect(second.stderr).toMatch(/damaged .* kept as .*damaged-/)
    const kept = (await readdir(folder)).filter(name => name.includes('.damaged-'))
    expect(kept).toHaveLength(1)
  })

  test('settings of a newer version are refused', async () => {
    await using home = await TestHome.make()
    const first = home.start()
    await first.ready()
    await first.end()
    const file = home.file('data/clusters/local/cluster.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 99'))
    const second = home.start()
    expect(await second.exit()).toBe(1)
    expect(second.stderr).toContain('newer version')
  })

  test('an etcd that is not there', async () => {
    await using home = await TestHome.make()
    const host = home.start('--store', `etcd=http://127.0.0.1:${await findFreePort()}`)
    expect(await host.exit()).toBe(1)
    expect(host.stderr).toMatch(/etcd at .* can't be reached/)
  })
})
