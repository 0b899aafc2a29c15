import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { TestHome } from '../../support/headless.ts'
import { type CommandResult, kubectl } from '../../support/kubectl.ts'

let home: TestHome
let kubeconfig: string

const run = (args: string, env: Record<string, string> = {}): Promise<CommandResult> =>
  kubectl(kubeconfig, args.split(' '), { env })
const ok = async (args: string, env?: Record<string, string>): Promise<string> => {
  const { code, stdout, stderr } = await run(args, env)
  expect(stderr, args).not.toMatch(/error/i)
  expect(code, args).toBe(0)
  return stdout
}

beforeAll(async () => {
  home = await TestHome.make()
  const host = home.start('--cluster', 'kubectl-streams', '--api-port', '0')
  kubeconfig = (await host.ready()).kubeconfig
  await eventually(() => ok('run web --image=a --port=80 --labels=app=web'))
  await ok('wait --for=condition=Ready pod/web --timeout=20s')
})
afterAll(() => home?.[Symbol.asyncDispose]())

const spdyOnly = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }

test.each([
  ['WebSocket', {}],
  ['SPDY', spdyOnly],
])('exec and attach over %s', async (_name, env) => {
  expect(await ok('exec web -- ls', env)).not.toBe('')
  expect((await run('exec web -c nobody -- ls', env)).stderr).toContain(
    'container nobody is not valid for pod web',
  )
  expect((await run('attach web', env)).code).toBe(0)
})

test.each([
  ['WebSocket', {}, 'Internal error occurred: unable to upgrade connection'],
  ['SPDY', spdyOnly, 'unable to upgrade connection'],
])('a container that does not run is not found over %s', async (protocol, env, words) => {
  const name = `waiting-${protocol.toLowerCase()}`
  await ok(`run ${name} --image=absent.invalid/a:1`)
  const waiting = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff'
  await ok(`wait pod/${name} --for=${waiting} --timeout=20s`)
  expect(await run(`exec ${name} -- ls`, env)).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${words}: container not found ("${name}")\n`,
  })
})

test('get --raw goes through to pods and services', async () => {
  await ok('expose pod web --port=8080 --target-port=80')
  expect(await ok('get --raw /api/v1/namespaces/default/pods/web/proxy/')).not.toBe('')
  await eventually(() => ok('get --raw /api/v1/namespaces/default/services/web:8080/proxy/'))
  const wrong = await run('get --raw /api/v1/namespaces/default/services/web:81/proxy/')
  expect(wrong.stderr).toContain('no service port 81 found for service "web"')
})

test('top shows what pods and nodes use', async () => {
  expect(await ok('top pods')).toMatch(/NAME +CPU\(cores\) +MEMORY\(bytes\)[^\n]*\nweb +\d+m/)
  expect(await ok('top nodes')).toMatch(/CPU\(%\)/)
  expect(await ok('top pods -A --containers')).toMatch(/default +web +web/)
})

test('auth whoami and create token', async () => {
  expect(await ok('auth whoami')).toContain('kubernetes-admin')
  const token = await ok('create token default')
  expect(token.split('.')).toHaveLength(3)
})

test('cordon, taint, drain and uncordon a node', async () => {
  const name = (await ok('get nodes -o name')).trim().replace('node/', '')
  await ok(`taint nodes ${name} a=b:PreferNoSchedule`)
  await ok(`taint nodes ${name} a-`)
  await ok('run victim --image=a')
  await ok('wait --for=condition=Ready pod/victim --timeout=20s')
  expect(await ok(`drain ${name} --force --pod-selector=run=victim`)).toContain(
    'pod/victim evicted',
  )
  expect(await ok('get nodes')).toContain('SchedulingDisabled')
  expect(await ok(`uncordon ${name}`)).toContain('uncordoned')
})

test('set, diff, replace, prune and events', async () => {
  await ok('create deployment site --image=a')
  await ok('set image deployment/site a=b')
  await ok('set env deployment/site A=b')
  await ok('set resources deployment/site --limits=cpu=100m,memory=32Mi')
  await ok('rollout status deployment/site --timeout=30s')
  const file = path.join(home.directory, 'site.yaml')
  const text = await ok('get deployment site -o yaml')
  await writeFile(file, text.replace('replicas: 1', 'replicas: 2'))
  const diff = await run(`diff -f ${file}`)
  expect([diff.code, diff.stdout]).toEqual([1, expect.stringContaining('+  replicas: 2')])
  await ok(`replace -f ${file}`)
  expect(await ok('events --for deployment/site')).toContain('ScalingReplicaSet')
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {set: x}}\n`
  await writeFile(file, `${map('one')}---\n${map('two')}`)
  await ok(`apply -f ${file}`)
  await writeFile(file, map('one'))
  expect(
    await ok(`apply -f ${file} --prune -l set=x --prune-allowlist=core/v1/ConfigMap`),
  ).toContain('configmap/two pruned')
})

test('debug adds a container to a running pod', async () => {
  const { stderr } = await run('debug web --image=b -c helper --profile=general -- ls')
  expect(stderr).not.toMatch(/error/i)
  await eventually(async () =>
    expect(await ok('get pod web -o jsonpath={.status.ephemeralContainerStatuses[*].name}')).toBe(
      'helper',
    ),
  )
})

test('a workload that is busy is scaled up by kubectl autoscale', async () => {
  const busy = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'busy' },
    spec: {
      selector: { matchLabels: { app: 'busy' } },
      template: {
        metadata: {
          labels: { app: 'busy' },
          annotations: { 'simulation.slipway.dev/cpu': '200m' },
        },
        spec: {
          containers: [{ name: 'main', image: 'a:1', resources: { requests: { cpu: '100m' } } }],
        },
      },
    },
  }
  await kubectl(kubeconfig, ['apply', '-f', '-'], { input: JSON.stringify(busy) })
  await ok('wait --for=condition=Available deployment/busy --timeout=30s')
  await eventually(async () => expect(await ok('top pods -l app=busy')).toMatch(/busy-\S+ +200m/))
  expect(await ok('autoscale deployment busy --cpu=50% --min=1 --max=5')).toBe(
    'horizontalpodautoscaler.autoscaling/busy autoscaled\n',
  )
  const scaled = async () => {
    expect(await ok('get deployment busy -o jsonpath={.spec.replicas}')).toBe('4')
  }
  await eventually(scaled, { timeoutMs: 100_000, everyMs: 500 })
  await eventually(async () => {
    expect(await ok('get hpa busy')).toMatch(
      /REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nbusy +Deployment\/busy +cpu: \d+%\/50% +1 +5 +\d /,
    )
  })
  const described = await ok('describe hpa busy')
  expect(described).toMatch(/AbleToScale +True/)
  expect(described).toMatch(/ScalingActive +True +ValidMetricFound/)
  expect(described).toMatch(
    /SuccessfulRescale .*New size: \d; reason: cpu resource utilization \(percentage of request\) above target/,
  )
  const old = await ok(
    'get --raw /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/busy',
  )
  expect(JSON.parse(old).spec.targetCPUUtilizationPercentage).toBe(50)
}, 150_000)
