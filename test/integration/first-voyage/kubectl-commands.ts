import { chmod, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { Voyage } from './voyage.ts'

const image = 'rgederin/fib-client-standalone-k8s'
const json = JSON.parse

/** Every command that newcomers are promised, each with the real kubectl. */
export function testKubectlCommands(voyage: () => Voyage): void {
  const run = (...call: Parameters<Voyage['kubectl']>) => voyage().kubectl(...call)

  test('kubectl version and api-resources', async () => {
    expect(json(await run('version -o json')).serverVersion).toMatchObject({
      major: '1',
      minor: '35',
      gitVersion: expect.stringMatching(/^v1\.35\.\d+/),
    })
    expect(await run('api-resources --no-headers')).toMatch(/^deployments +deploy +apps\/v1 +true/m)
  })

  test('kubectl create configmap, secret, deployment, namespace and -f', async () => {
    await run('create namespace harbour')
    await run('create configmap chart --from-literal=depth=12 -n harbour')
    await run('create secret generic cargo --from-literal=what=tea -n harbour')
    await run('create deployment crew --image=nginx:1.14.2 -n harbour')
    const input = '{apiVersion: v1, kind: ConfigMap, metadata: {name: log, namespace: harbour}}'
    expect(await run('create -f -', { input })).toBe('configmap/log created\n')
    const secret = json(await run('get secret cargo -n harbour -o json'))
    expect(secret.data).toEqual({ what: Buffer.from('tea').toString('base64') })
    const running = '--for=condition=Available --timeout=60s -n harbour'
    expect(await run(`wait deployment/crew ${running}`)).toContain('condition met')
  })

  test('kubectl run, expose, describe and get in every form', async () => {
    await run(`run mate --image=${image} --image-pull-policy=IfNotPresent --port=3000`)
    await run('wait pod/mate --for=condition=Ready --timeout=60s')
    expect(await run('expose pod mate --port=80 --target-port=3000')).toBe('service/mate exposed\n')
    expect(await run('get nodes,ns,pods -A -o wide')).toMatch(/mate +1\/1 +Running +0 .*10\.\d+/)
    const list = json(await run('get nodes,ns,pods -A -o json'))
    const kinds = new Set(list.items.map((item: { kind: string }) => item.kind))
    expect(kinds).toEqual(new Set(['Node', 'Namespace', 'Pod']))
    expect(await run('get pods -A -o yaml')).toMatch(/^ {2}kind: Pod$/m)
    const described = await run('describe pod mate')
    expect(described).toMatch(/^Status: +Running$/m)
    expect(described).toMatch(/Normal +Started +\S+ +kubelet +.*Container started/)
    const endpoint = json(await run('get pod mate -o json')).status.podIP
    await eventually(async () =>
      expect(await run('describe service mate')).toMatch(
        new RegExp(`Endpoints: +${endpoint.replaceAll('.', '\\.')}:3000`),
      ),
    )
  })

  test('kubectl logs -f follows, and get -w watches', async () => {
    const follower = await voyage().watchKubectl('logs -f mate')
    const watcher = await voyage().watchKubectl('get pod mate -w --no-headers -L seen')
    const expected = voyage().lane.real ? 'listening on 3000\n' : 'simulated container mate\n'
    await eventually(() => expect(follower.stdout).toBe(expected))
    await eventually(() => expect(watcher.stdout).toMatch(/^mate +1\/1 +Running/))
    await run('label pod mate seen=yes')
    await eventually(() => expect(watcher.stdout).toMatch(/\nmate .* yes\n$/))
    if (voyage().lane.real) {
      await run(`exec mate -- sh -c 'echo from within >/proc/1/fd/1'`)
      await eventually(() => expect(follower.stdout).toBe(`${expected}from within\n`))
    }
    expect(follower.child.exitCode).toBe(null)
    await Promise.all([follower.end(), watcher.end()])
  })

  test('kubectl exec -it gives a shell on a terminal', async ({ skip }) => {
    if (!voyage().lane.real) {
      expect(await run('exec mate -- hostname')).not.toBe('')
      return skip('nothing runs in simulated pods')
    }
    const shell = await voyage().watchKubectl('exec -it mate -- sh', { terminal: true })
    await eventually(() => expect(shell.stdout).toMatch(/[~/] # /))
    shell.child.stdin?.write('tty; echo "on $(hostname)"\n')
    await eventually(() => expect(shell.stdout).toMatch(/\r\n\/dev\/pts\/\d+\r\non mate\r\n/))
    shell.child.stdin?.write('exit 7\n')
    expect(await shell.exit()).toBe(7)
  })

  test('kubectl label, annotate, patch and edit', async () => {
    expect(await run('label pod mate rank=first')).toBe('pod/mate labeled\n')
    expect(await run('annotate pod mate note=here')).toBe('pod/mate annotated\n')
    const patch = '{"metadata":{"labels":{"rank":"second"}}}'
    expect(await run(`patch pod mate -p '${patch}'`)).toBe('pod/mate patched\n')
    const editor = voyage().home.file('editor.sh')
    await writeFile(editor, '#!/bin/sh\nsed -i "s/rank: second/rank: third/" "$1"\n')
    await chmod(editor, 0o755)
    expect(await run('edit pod mate', { env: { EDITOR: editor } })).toBe('pod/mate edited\n')
    const { labels, annotations } = json(await run('get pod mate -o json')).metadata
    expect([labels.rank, annotations.note]).toEqual(['third', 'here'])
  })

  test('kubectl explain', async () => {
    expect(await run('explain pod.spec.containers')).toMatch(/FIELD: containers <\[\]Container>/)
    expect(await run('explain deployment.spec.replicas')).toMatch(/FIELD: replicas <integer>/)
  })

  test('kubectl rollout restart and status, and delete', async () => {
    const before = await run('get pods -n harbour -o name')
    await run('rollout restart deployment/crew -n harbour')
    expect(await run('rollout status deployment/crew -n harbour --timeout=60s')).toContain(
      'successfully rolled out',
    )
    await eventually(async () => {
      const after = (await run('get pods -n harbour -o name')).trim()
      expect(before).not.toContain(after)
    })
    expect(await run('delete pod/mate service/mate --grace-period=1')).toContain(
      'pod "mate" deleted',
    )
    expect(await run('delete namespace harbour --timeout=80s')).toContain('"harbour" deleted')
    expect(await run('get ns -o name')).not.toContain('harbour')
  })
}
