import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { kubectl } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const manifest = path.resolve('test/fixtures/charts/schedules/crds/crontabs.yaml')
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster[Symbol.asyncDispose]())

async function run(args: string[], input?: string): Promise<string> {
  const result = await kubectl(cluster.kubeconfig, args, input === undefined ? {} : { input })
  expect(result.stderr, args.join(' ')).toBe('')
  expect(result.code).toBe(0)
  return result.stdout
}

const cronTab = (name: string, spec: object, more: object = {}) =>
  JSON.stringify({
    apiVersion: 'stable.example.com/v1',
    kind: 'CronTab',
    metadata: { name },
    spec,
    ...more,
  })

test('kubectl defines a kind and works with it as with any other', async () => {
  expect(await run(['apply', '-f', manifest])).toContain('created')
  await run(['wait', '--for=condition=Established', 'crd/crontabs.stable.example.com'])
  expect(await run(['api-resources', '--api-group=stable.example.com'])).toMatch(
    /crontabs\s+ct\s+stable\.example\.com\/v1\s+true\s+CronTab/,
  )
  await run(['apply', '-f', '-'], cronTab('nightly', { cronSpec: '0 3 * * *', replicas: 2 }))
  expect(await run(['get', 'ct'])).toMatch(
    /^NAME\s+SPEC\s+REPLICAS\s+READY\s+AGE\nnightly\s+0 3 \* \* \*\s+2\s+\d+s\n$/,
  )
  expect(await run(['get', 'crontab', 'nightly', '-o', 'wide'])).toMatch(
    /IMAGE\s+AGE\nnightly .*busybox:1\s+\d+s/,
  )
  expect(await run(['get', 'jobs', '-o', 'name'])).toBe('crontab.stable.example.com/nightly\n')
  await run(['scale', 'ct/nightly', '--replicas=4'])
  expect(await run(['get', 'ct/nightly', '-o', 'jsonpath={.spec.replicas}'])).toBe('4')
  await run(['patch', 'ct/nightly', '--type=merge', '-p', '{"spec":{"image":"busybox:2"}}'])
  await run([
    'patch',
    'ct/nightly',
    '--subresource=status',
    '--type=merge',
    '-p',
    '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}',
  ])
  expect(await run(['get', 'ct'])).toMatch(/nightly\s+0 3 \* \* \*\s+4\s+True/)
  expect(await run(['get', 'ct', '--field-selector=spec.image=busybox:2', '-o', 'name'])).toContain(
    'nightly',
  )
  expect(await run(['get', 'ct', '--field-selector=spec.image=other', '-o', 'name'])).toBe('')
  expect(await run(['explain', 'crontab.spec.cronSpec'])).toMatch(/When it runs, in five fields/)
  expect(await run(['delete', 'ct', 'nightly'])).toContain('deleted')
})

test('kubectl apply refuses unknown fields, and goes on from client-side to server-side apply', async () => {
  const bad = await kubectl(cluster.kubeconfig, ['apply', '-f', '-'], {
    input: cronTab('odd', { cronSpec: '0 3 * * *', cornSpec: 'x' }),
  })
  expect(bad.code).toBe(1)
  expect(bad.stderr).toContain('strict decoding error: unknown field "spec.cornSpec"')
  await run(['apply', '-f', '-'], cronTab('web', { cronSpec: '0 3 * * *', replicas: 2 }))
  await run(['apply', '-f', '-'], cronTab('web', { cronSpec: '0 4 * * *', replicas: 2 }))
  await run(
    ['apply', '--server-side', '-f', '-'],
    cronTab('web', { cronSpec: '0 5 * * *', steps: [{ name: 'a' }] }),
  )
  expect(await run(['get', 'ct/web', '-o', 'jsonpath={.spec.cronSpec} {.spec.steps}'])).toBe(
    '0 5 * * * [{"name":"a","retries":3}]',
  )
  const edited = await kubectl(cluster.kubeconfig, ['edit', 'ct/web'], {
    env: { KUBE_EDITOR: "sed -i 's/0 5/0 6/'" },
  })
  expect(edited.stdout).toContain('edited')
  expect(await run(['get', 'ct/web', '-o', 'jsonpath={.spec.cronSpec}'])).toBe('0 6 * * *')
})

test('kubectl is told which rule does not hold', async () => {
  const rule = { rule: 'self.replicas <= 3', message: 'at most three' }
  const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations'
  const patch = JSON.stringify([{ op: 'add', path, value: [rule] }])
  await run(['patch', 'crd', 'crontabs.stable.example.com', '--type=json', '-p', patch])
  const manifest = cronTab('many', { cronSpec: '0 3 * * *', replicas: 4 })
  await eventually(async () => {
    const args = ['apply', '--dry-run=server', '-f', '-']
    const { stderr } = await kubectl(cluster.kubeconfig, args, { input: manifest })
    expect(stderr).toBe(
      'The CronTab "many" is invalid: spec: Invalid value: "object": at most three\n',
    )
  })
})

test('deleting the definition deletes its objects and ends the kind', async () => {
  await run(['delete', 'crd', 'crontabs.stable.example.com'])
  expect(await run(['api-resources', '--api-group=stable.example.com', '-o', 'name'])).toBe('')
  const gone = await kubectl(cluster.kubeconfig, ['get', 'ct'])
  expect(gone.stderr).toContain('the server doesn\'t have a resource type "ct"')
})
