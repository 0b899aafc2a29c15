import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeHandle } from '#node/node.ts'
import { helm, kubectl, type ToolRelease } from '../support/kubectl.ts'
import { titled } from '../support/lanes.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'
import { startTestNode } from '../support/test-node.ts'

const charts = path.resolve('test/fixtures/charts')
const isFull = process.env['SLIPWAY_TEST_FULL'] === '1'
const lack = isFull ? undefined : 'part of npm run test:full'

let cluster: TestCluster
let node: NodeHandle

beforeAll(async () => {
  cluster = await startCluster()
  node = await startTestNode(cluster, { nodeName: 'helm-node' })
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const get = async (...args: string[]): Promise<string> =>
  (await kubectl(cluster.kubeconfig, ['get', ...args])).stdout
const field = (what: string, name: string, expression: string) =>
  get(what, name, '-o', `jsonpath={${expression}}`)

testCharts('1.35')
describe.skipIf(lack)(titled('Helm 3', lack), () => testCharts('1.32'))

/** Ten charts between them do what charts do; the Helm is that of a Kubernetes release. */
function testCharts(release: ToolRelease): void {
  const isHelm4 = release === '1.35'
  const env: Record<string, string> = {}

  const call = (verb: string, name: string, args: string[] = []) => {
    const [chart = '', ...options] = args
    const takesChart = verb === 'install' || verb === 'upgrade'
    const where = takesChart ? [path.join(charts, chart), ...options] : args
    return helm(cluster.kubeconfig, [verb, name, ...where], { release, env })
  }
  async function run(...request: Parameters<typeof call>): Promise<string> {
    const { code, stdout, stderr } = await call(...request)
    expect({ code, stderr: code ? stderr : '' }, request.flat().join(' ')).toEqual({
      code: 0,
      stderr: '',
    })
    return stdout
  }
  async function failing(...request: Parameters<typeof call>): Promise<string> {
    const { code, stderr } = await call(...request)
    expect(code, request.flat().join(' ')).toBe(1)
    return stderr
  }

  test('hooks run at every turn of a release, by their weights, and go as their policies say', async () => {
    const hooks = async (when: string) => {
      const list = JSON.parse(await get('configmaps', '-o', 'json')) as {
        items: { metadata: { name: string; resourceVersion: string } }[]
      }
      return list.items
        .map(({ metadata }) => metadata)
        .filter(({ name }) => name.startsWith(`one-${when}`))
        .toSorted((a, b) => Number(a.resourceVersion) - Number(b.resourceVersion))
        .map(({ name }) => name.replace('one-', ''))
    }
    const inOrder = (when: string) => ['first', 'middle', 'last'].map(name => `${when}-${name}`)
    await run('install', 'one', ['hooks'])
    expect(await hooks('pre-install')).toEqual(inOrder('pre-install'))
    expect(await hooks('post-install')).toEqual(inOrder('post-install'))
    const around = await hooks('')
    expect(around.indexOf('main')).toBe(3)
    expect(await get('jobs', '-o', 'name')).toBe('job.batch/one-check\n')

    await run('upgrade', 'one', ['hooks'])
    await run('upgrade', 'one', ['hooks'])
    expect(await hooks('pre-upgrade')).toEqual(inOrder('pre-upgrade'))
    expect(await field('configmap', 'one-post-upgrade-last', '.data.revision')).toBe('3')

    const words = await failing('upgrade', 'one', ['hooks', '--set', 'failing=check'])
    expect(words).toMatch(/pre-upgrade hooks failed/)
    expect(await get('jobs', '-o', 'name')).toBe('')
    expect(await field('configmap', 'one-main', '.data.revision')).toBe('3')
    const failed = ['hooks', '--set', 'failing=migrate']
    expect(await failing('upgrade', 'one', failed)).toMatch(/pre-upgrade hooks failed/)
    expect(await get('jobs', '-o', 'name')).toContain('one-migrate')

    await run('rollback', 'one', ['1'])
    expect(await hooks('pre-rollback')).toEqual(inOrder('pre-rollback'))
    expect(await field('configmap', 'one-main', '.data.revision')).toBe('1')
    await run('uninstall', 'one')
    expect(await hooks('post-delete')).toEqual(inOrder('post-delete'))
    expect(await get('configmap', 'one-main', '--ignore-not-found')).toBe('')
    await kubectl(cluster.kubeconfig, ['delete', 'configmaps,jobs', '--all'])
  })

  test('what is looked up in the cluster is kept over upgrades, and what it can do is known', async () => {
    await run('install', 'two', ['memory'])
    const password = await field('secret', 'two-password', '.data.password')
    expect(Buffer.from(password, 'base64').toString()).toMatch(/^\w{20}$/)
    await run('upgrade', 'two', ['memory'])
    expect(await field('secret', 'two-password', '.data.password')).toBe(password)
    const { data } = JSON.parse(await get('configmap', 'two-facts', '-o', 'json'))
    expect(data).toEqual({
      version: expect.stringMatching(/^v1\.35\.\d+/),
      ingress: 'true',
      absent: 'false',
      greeting: 'two in default',
      namespaces: expect.stringContaining('default kube-node-lease kube-public kube-system'),
      nowhere: 'true',
    })
    await run('uninstall', 'two')
  })

  test('a chart of a library’s templates; one whose values a schema holds', async () => {
    await run('install', 'three', ['panels'])
    const { data, metadata } = JSON.parse(await get('configmap', 'three', '-o', 'json'))
    expect(data).toEqual({ colour: 'red', size: 'small' })
    expect(metadata.labels).toMatchObject({ 'helm.sh/chart': 'panels-1.0.0' })
    await run('uninstall', 'three')
    expect(await failing('install', 'four', ['strict', '--set', 'depth=0'])).toMatch(
      /depth.*(minimum|greater than or equal to 1)/s,
    )
    await run('install', 'four', ['strict', '--set', 'depth=7'])
    expect(await field('configmap', 'four', '.data.depth')).toBe('7')
    await run('uninstall', 'four')
  })

  test('what is to be kept stays, is adopted again by its release, and by no other without being told', async () => {
    await run('install', 'five', ['kept'])
    expect(await run('uninstall', 'five')).toContain('[Secret] five-kept')
    expect(await field('secret', 'five-kept', '.data.treasure')).toBe('Z29sZA==')
    expect(await get('configmap', 'five-gone', '--ignore-not-found')).toBe('')
    await run('install', 'five', ['kept'])
    await run('uninstall', 'five')
    await kubectl(cluster.kubeconfig, ['create', 'configmap', 'six-gone'])
    expect(await failing('install', 'six', ['kept'])).toContain(
      'exists and cannot be imported into the current release',
    )
    await run('install', 'six', ['kept', '--take-ownership'])
    await run('uninstall', 'six')
    await kubectl(cluster.kubeconfig, ['delete', 'secret', 'five-kept', 'six-kept'])
  })

  test('a field that cannot be changed fails an upgrade in the server’s words, and the next one mends it', async () => {
    await run('install', 'seven', ['fixed'])
    const other = ['fixed', '--set', 'app=second']
    const force = isHelm4 ? ['--force-replace', '--server-side=false'] : ['--force']
    for (const options of [[], force]) {
      expect(await failing('upgrade', 'seven', [...other, ...options])).toMatch(
        /spec\.selector: Invalid value: .*field is immutable/,
      )
    }
    await run('upgrade', 'seven', ['fixed', '--set', 'round=2', ...force])
    expect(await field('deployment', 'seven', '.metadata.labels.round')).toBe('2')
    await kubectl(cluster.kubeconfig, ['delete', 'deployment', 'seven'])
    await run('upgrade', 'seven', other)
    expect(await field('deployment', 'seven', '.spec.selector.matchLabels.app')).toBe('second')
    await run('uninstall', 'seven', ['--wait'])
  })

  test('a release is tested, tells its notes, and is rendered by somebody else at last', async () => {
    const upgrade = (options: string[]) => run('upgrade', 'eight', ['checked', ...options])
    expect(await upgrade(['--install'])).toContain('eight is red at revision 1.')
    const tested = await run('test', 'eight', ['--logs'])
    expect(tested.match(/Phase:\s+Succeeded/g)).toHaveLength(2)
    expect(tested).toContain('slow was here')
    await upgrade(['--set', 'failing=slow,colour=blue'])
    expect(await failing('test', 'eight')).toMatch(/slow failed/)
    expect(await upgrade(['--reuse-values', '--set', 'failing='])).toContain('eight is blue')
    expect(await upgrade(['--dry-run=server', '--set', 'colour=pink'])).toContain('colour: pink')
    expect(await field('configmap', 'eight', '.data.colour')).toBe('blue')

    await upgrade(['--reset-values', '--post-renderer', await makePainter(env)])
    expect(await field('configmap', 'eight', '.data.colour')).toBe('painted')
    expect(await run('get', 'manifest', ['eight'])).toContain('colour: painted')
    await run('uninstall', 'eight', ['--keep-history'])
    expect(await run('history', 'eight')).toMatch(/4 .*uninstalled/)
    await run('rollback', 'eight', ['2'])
    expect(await field('configmap', 'eight', '.data.colour')).toBe('blue')
    await run('uninstall', 'eight')
  })

  test('--wait waits for every kind of workload', async () => {
    const wait = ['--wait', '--wait-for-jobs', '--timeout', '60s']
    await run('install', 'nine', ['workloads', ...wait])
    for (const kind of ['deployment', 'statefulset', 'replicaset']) {
      expect(await field(kind, `nine-${kind}`, '.status.readyReplicas'), kind).toBe('2')
    }
    expect(await field('daemonset', 'nine-daemonset', '.status.numberReady')).toBe('1')
    expect(await field('job', 'nine-job', '.status.succeeded')).toBe('1')
    expect(await field('pod', 'nine-pod', '.status.phase')).toBe('Running')
    expect(await field('pvc', 'nine-claim', '.status.phase')).toBe('Bound')
    await run('uninstall', 'nine', ['--wait', '--timeout', '60s'])
    const left = await get('all', '-l', 'app', '-o', 'name')
    expect(left).toBe('')
    await kubectl(cluster.kubeconfig, ['delete', 'pvc', '--all'])
  })

  const kinds = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Job', 'Pod', 'PersistentVolumeClaim']
  test.skipIf(!isFull).each(kinds)('--wait fails while a %s is not ready', async stuck => {
    const wait = ['--wait', '--wait-for-jobs', '--timeout', '4s', '--set', `stuck=${stuck}`]
    const words = await failing('install', 'ten', ['workloads', ...wait])
    expect(words).toMatch(/context deadline exceeded|timed out|not ready/i)
    await run('uninstall', 'ten', ['--wait', '--timeout', '60s'])
    await kubectl(cluster.kubeconfig, ['delete', 'pvc', '--all'])
  })

  /** Something that renders after Helm: for Helm 4 a plug-in, for Helm 3 a program. Answers what to name. */
  async function makePainter(variables: Record<string, string>): Promise<string> {
    const folder = path.join(cluster.directory, 'plugins')
    const program = path.join(folder, 'paint', 'paint.sh')
    await mkdir(path.dirname(program), { recursive: true })
    await writeFile(program, '#!/bin/sh\nexec sed s/red/painted/\n')
    await chmod(program, 0o755)
    if (!isHelm4) return program
    await writeFile(
      path.join(folder, 'paint', 'plugin.yaml'),
      `apiVersion: v1
type: postrenderer/v1
name: paint
version: 1.0.0
runtime: subprocess
runtimeConfig: { platformCommand: [ { command: ${program} } ] }
`,
    )
    variables['HELM_PLUGINS'] = folder
    return 'paint'
  }
}
