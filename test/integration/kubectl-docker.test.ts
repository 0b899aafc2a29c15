import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DockerCluster, startDockerCluster } from '../support/docker-cluster.ts'
import { startDockerd } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { type HostProcess, TestHome } from '../support/headless.ts'
import { splitCommand, type ToolRelease, toolPath } from '../support/kubectl.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'

const lack = await lacksDockerd()
const spdyOnly = {
  KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false',
  KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false',
}
const transports = [
  ['WebSocket', {}],
  ['SPDY', spdyOnly],
] as const

const workloads = `
apiVersion: v1
kind: Pod
metadata: { name: shell }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - { name: main, image: 'test/shell:1', command: [sh, -c, 'exec sleep 7777'] }
---
apiVersion: v1
kind: Pod
metadata: { name: console }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - { name: main, image: 'test/shell:1', stdin: true, tty: true, command: [sh] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: web, image: 'nginx:1.14.2', imagePullPolicy: IfNotPresent }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8080, targetPort: 80 }] }
`

describe.skipIf(lack)(titled('kubectl on a real dockerd', lack), () => {
  const owned = new AsyncDisposableStack()
  let local: DockerCluster
  let home: TestHome

  beforeAll(async () => {
    const engine = owned.use(await startDockerd({ filters: true }))
    for (const image of ['nginx:1.14.2', 'test/shell:1'] as const) await engine.loadImage(image)
    local = owned.use(await startDockerCluster(engine, { name: 'kubectl' }))
    home = owned.use(await TestHome.make())
    await run('apply -f -', { input: workloads })
    await run('wait pods --all --for=condition=Ready --timeout=60s', { timeoutMs: 70_000 })
    await run('rollout status deployment/web --timeout=60s', { timeoutMs: 70_000 })
  })
  afterAll(() => owned.disposeAsync())

  const run: DockerCluster['run'] = (...call) => local.run(...call)

  /** Runs kubectl beside the test, on a terminal when asked. */
  async function start(command: string, { terminal = false, env = {} } = {}): Promise<HostProcess> {
    const tool = await toolPath('kubectl')
    const variables = { KUBECONFIG: local.cluster.kubeconfig, TERM: 'xterm', ...env }
    return terminal
      ? home.run('script', ['-qec', `${tool} ${command}`, '/dev/null'], variables, {
          stdin: 'pipe',
        })
      : home.run(tool, splitCommand(command), variables)
  }

  test('debug puts a container beside a running one, and sees its processes', async () => {
    const image = '--image=test/shell:1 --image-pull-policy=IfNotPresent --profile=general'
    await run(`debug shell ${image} -c helper --target=main -- sh -c 'ps; exec sleep 1000'`)
    await eventually(async () =>
      expect(await run('logs shell -c helper')).toMatch(/ 1 .* sleep 7777/),
    )
    const status = 'jsonpath={.status.ephemeralContainerStatuses[0].state.running.startedAt}'
    expect(await run(`get pod shell -o ${status}`)).not.toBe('')
    expect(await run('exec shell -c helper -- cat /proc/1/cmdline')).toContain('sleep')
    expect(await run('describe pod shell')).toMatch(/Ephemeral Containers:\s+helper:/)
    const again = await local.kubectl(splitCommand(`debug shell ${image} -c helper -- sh`))
    expect(again.code).toBe(1)
  })

  test('debug -it gives a shell on a terminal', async () => {
    const image = '--image=test/shell:1 --image-pull-policy=IfNotPresent --profile=general'
    const shell = await start(`debug -it shell ${image} -c typed -- sh`, { terminal: true })
    await eventually(() => expect(shell.stdout).toMatch(/[~/] # /))
    shell.child.stdin?.write('echo "in $(hostname)"; exit\n')
    await eventually(() => expect(shell.stdout).toContain('\r\nin shell\r\n'))
    await shell.exit()
  })

  test('debug --copy-to runs a changed copy of a pod', async () => {
    await run('debug shell --copy-to=twin --set-image=*=test/shell:1 -c main -- sleep 5555')
    await run('wait pod/twin --for=condition=Ready --timeout=30s')
    expect(await run('exec twin -- cat /proc/1/cmdline')).toContain('5555')
  })

  test.each(transports)('attach -it types into a container over %s', async (name, env) => {
    const attached = await start('attach -it console', { terminal: true, env })
    attached.child.stdin?.write(`echo "$((40 + 2)) over ${name}"\n`)
    await eventually(() => expect(attached.stdout).toContain(`\r\n42 over ${name}\r\n`))
    await attached.end('SIGTERM')
    expect(
      await run('get pod console -o jsonpath={.status.containerStatuses[0].restartCount}'),
    ).toBe('0')
  })

  test.each(transports)('run -i --rm is a command of its own over %s', async (name, env) => {
    const pod = `brief-${name.toLowerCase()}`
    const run = ['run', pod, '-qi', '--rm', '--restart=Never', '--image=test/shell:1', '--command']
    const script = 'read line; echo "got $line"; exit 3'
    const input = 'cargo\n'
    const result = await local.kubectl([...run, '--', 'sh', '-c', script], { input, env })
    expect(result).toEqual({
      code: 3,
      stdout: 'got cargo\n',
      stderr: `pod default/${pod} terminated (Error)\n`,
    })
    expect((await local.kubectl(['get', 'pod', pod])).stderr).toContain('not found')
  })

  test.each(transports)('cp carries files and folders both ways over %s', async (name, env) => {
    // `cp` into a folder that is there goes below it, so that a second try needs another one.
    const place = `${name}-${randomBytes(4).toString('hex')}`
    const folder = home.file(`there-${place}`)
    await mkdir(path.join(folder, 'inner'), { recursive: true })
    const bytes = randomBytes(5_000_000)
    await writeFile(path.join(folder, 'cargo.bin'), bytes)
    await writeFile(path.join(folder, 'inner', 'note.txt'), 'tea\n')
    await run(`cp ${folder} shell:/tmp/${place}`, { env })
    const sum = createHash('sha256').update(bytes).digest('hex')
    expect(await run(`exec shell -c main -- sha256sum /tmp/${place}/cargo.bin`)).toContain(sum)
    const back = home.file(`back-${place}`)
    await run(`cp shell:/tmp/${place} ${back} -c main`, { env })
    expect(bytes.equals(await readFile(path.join(back, 'cargo.bin')))).toBe(true)
    expect(await readFile(path.join(back, 'inner', 'note.txt'), 'utf8')).toBe('tea\n')
    // What `cp` runs there; itself it may end with an empty archive before it has read what tar says.
    const tar = ['exec', 'shell', '-c', 'main', '--', 'tar', 'cf', '-', '/nowhere']
    const none = await local.kubectl(tar, { env })
    expect(none.stderr).toMatch(/tar: .*nowhere/)
    expect(none.code).not.toBe(0)
  })

  test.each(transports)(
    'port-forward to a pod, a service and a deployment over %s',
    async (_name, env) => {
      const pod = (await run('get pods -l app=web -o name')).trim()
      for (const [target, port] of [
        [pod, 80],
        ['service/web', 8080],
        ['deployment/web', 80],
      ]) {
        const forward = await start(`port-forward ${target} :${port} --address=127.0.0.1`, { env })
        const at = await eventually(() => {
          const found = /127\.0\.0\.1:(\d+) -> 80/.exec(forward.stdout)?.[1]
          expect(found, forward.stderr).toBeDefined()
          return found
        })
        const asked = Array.from({ length: 4 }, async () =>
          (await fetch(`http://127.0.0.1:${at}/`)).text(),
        )
        for (const text of await Promise.all(asked)) expect(text).toContain('nginx 1.14.2')
        await forward.end('SIGTERM')
      }
    },
  )

  test.each<[string, Record<string, string>, ToolRelease]>([
    ['WebSocket', {}, '1.35'],
    ['SPDY', spdyOnly, '1.35'],
    ['WebSocket by kubectl 1.32', {}, '1.32'],
    ['SPDY by kubectl 1.32', spdyOnly, '1.32'],
  ])(
    'exec keeps input, both outputs and the exit code apart over %s',
    async (_name, env, release) => {
      const script = 'cat; echo bad >&2; exit 9'
      const input = 'x'.repeat(300_000)
      const result = await local.kubectl(
        ['exec', '-i', 'shell', '-c', 'main', '--', 'sh', '-c', script],
        { input, env, release },
      )
      expect(result.stdout).toBe(input)
      expect(result.stderr).toBe('bad\ncommand terminated with exit code 9\n')
      expect(result.code).toBe(9)
    },
  )

  test('proxy serves the API, and the pages of services through it', async () => {
    const proxy = await start('proxy --port=0')
    const url = await eventually(() => {
      const found = /Starting to serve on (\S+)/.exec(proxy.stdout)?.[1]
      expect(found).toBeDefined()
      return `http://${found}`
    })
    const pods = (await (await fetch(`${url}/api/v1/namespaces/default/pods`)).json()) as {
      kind: string
    }
    expect(pods.kind).toBe('PodList')
    const page = await fetch(`${url}/api/v1/namespaces/default/services/web:8080/proxy/`)
    expect(await page.text()).toContain('nginx 1.14.2')
    await proxy.end('SIGTERM')
  })

  test('replace --force makes a pod anew', async () => {
    const uid = () => run('get pod twin -o jsonpath={.metadata.uid}')
    const before = await uid()
    const text = await run('get pod twin -o json')
    const { metadata, spec } = JSON.parse(text)
    const input = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: metadata.name },
      spec,
    })
    expect(await run('replace --force -f -', { input })).toContain('pod/twin replaced')
    expect(await uid()).not.toBe(before)
    await run('wait pod/twin --for=condition=Ready --timeout=30s')
  })

  test('jobs are created by themselves and from a cron job, and run', async () => {
    await run('create job once --image=test/shell:1 -- echo done')
    await run('create cronjob nightly --image=test/shell:1 --schedule=@daily -- echo dreamt')
    await run('create job --from=cronjob/nightly tonight')
    for (const [job, text] of [
      ['once', 'done'],
      ['tonight', 'dreamt'],
    ]) {
      await run(`wait job/${job} --for=condition=Complete --timeout=40s`, { timeoutMs: 50_000 })
      expect(await run(`logs job/${job}`)).toBe(`${text}\n`)
    }
    const owner =
      '-o jsonpath={.metadata.ownerReferences[0].kind}/{.metadata.ownerReferences[0].name}'
    expect(await run(`get job tonight ${owner}`)).toBe('CronJob/nightly')
  })

  test('create role, clusterrole, their bindings and token; auth can-i --list and whoami', async () => {
    await run('create serviceaccount pilot')
    await run('create role charts --verb=get,list --resource=configmaps')
    await run('create rolebinding charts --role=charts --serviceaccount=default:pilot')
    await run('create clusterrole watcher --verb=get --resource=nodes --non-resource-url=/metrics')
    await run(
      'create clusterrolebinding watcher --clusterrole=watcher --serviceaccount=default:pilot',
    )
    const pilot = '--as=system:serviceaccount:default:pilot'
    const list = await run(`auth can-i --list ${pilot}`)
    expect(list).toMatch(/^configmaps +\[\] +\[\] +\[get list\]$/m)
    expect(list).toMatch(/^nodes +\[\] +\[\] +\[get\]$/m)
    expect(await run(`auth can-i list configmaps ${pilot}`)).toBe('yes\n')
    expect(
      (await local.kubectl(splitCommand(`auth can-i delete configmaps ${pilot}`))).stdout,
    ).toBe('no\n')
    const token = (await run('create token pilot --duration=15m')).trim()
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.exp - claims.iat).toBe(900)
    const alone = `--kubeconfig=/dev/null --server=${local.cluster.controlPlane.url} --insecure-skip-tls-verify --token=${token}`
    expect(await run(`auth whoami ${alone}`)).toContain('system:serviceaccount:default:pilot')
    expect(await run(`get configmaps -o name ${alone}`)).toContain('configmap/kube-root-ca.crt')
  })

  test('events shows what happened, and follows', async () => {
    expect(await run('events --for pod/shell')).toMatch(
      /Normal +Started +Pod\/shell +Container started/,
    )
    const follower = await start('events --watch --for pod/newcomer --types=Normal')
    await run('run newcomer --image=test/shell:1')
    await eventually(() => expect(follower.stdout).toMatch(/Scheduled +Pod\/newcomer/))
    await follower.end('SIGTERM')
  })
})
