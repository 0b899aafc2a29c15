import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { Voyage } from './voyage.ts'

const podAndService = (nodePort: number) => `apiVersion: v1
kind: Pod
metadata: { name: fib-client-pod, labels: { component: web } }
spec: { containers: [ { name: fib-client, image: rgederin/fib-client-standalone-k8s, imagePullPolicy: IfNotPresent, ports: [ { containerPort: 3000 } ] } ] }
---
apiVersion: v1
kind: Service
metadata: { name: fib-client-node-port, labels: { component: web } }
spec: { type: NodePort, ports: [ { port: 3050, targetPort: 3000, nodePort: ${nodePort} } ], selector: { component: web } }
`

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  labels: { app: nginx }
spec:
  replicas: 2
  selector:
    matchLabels: { app: nginx }
  template:
    metadata:
      labels: { app: nginx }
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
`

/** The examples of the users' documents, unchanged. */
export function testUsersExample(voyage: () => Voyage): void {
  const run = (...call: Parameters<Voyage['kubectl']>) => voyage().kubectl(...call)
  const ready = async (): Promise<string[]> => {
    const rows = (await run('get pods -l app=nginx --no-headers')).trim().split('\n')
    return rows.flatMap(row => (/^\S+ +1\/1 +Running /.test(row) ? [row.split(' ')[0] ?? ''] : []))
  }
  const rollOut = () => run('rollout status deployment/nginx-deployment --timeout=60s')
  const readyReplicas = (wanted: number) =>
    eventually(async () => expect(await ready()).toHaveLength(wanted), { timeoutMs: 60_000 })

  test("the users' Pod and Service answer on localhost", async () => {
    const { nodePort, real } = voyage().lane
    const applied = await run('apply -f -', { input: podAndService(nodePort) })
    expect(applied).toBe('pod/fib-client-pod created\nservice/fib-client-node-port created\n')
    await run('wait pod/fib-client-pod --for=condition=Ready --timeout=60s')
    const answer = await eventually(async () => {
      const response = await fetch(`http://localhost:${nodePort}/`)
      expect(response.status).toBe(200)
      return response.text()
    })
    expect(answer).toContain(real ? '<h1>fib client</h1>' : 'simulated pod default/fib-client-pod')
    expect(await run('apply -f -', { input: podAndService(nodePort) })).toBe(
      'pod/fib-client-pod unchanged\nservice/fib-client-node-port unchanged\n',
    )
  })

  test("the users' Deployment has its two replicas", async () => {
    await run('apply -f -', { input: deployment })
    await rollOut()
    await readyReplicas(2)
    expect(await run('get deployment nginx-deployment --no-headers')).toMatch(/ 2\/2 +2 +2 /)
  })

  test('a container killed behind Kubernetes’ back is replaced', async ({ skip }) => {
    if (!voyage().lane.real) return skip('there is nothing to kill')
    const [name = ''] = await ready()
    const containers = () =>
      voyage().docker(
        ...['ps', '-q', '--no-trunc', '--filter', `label=io.kubernetes.pod.name=${name}`],
        ...['--filter', 'label=io.kubernetes.container.name=nginx'],
      )
    const before = (await containers()).trim()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    await voyage().docker('kill', before)
    await eventually(
      async () => {
        const after = (await containers()).trim()
        expect(after).toMatch(/^[0-9a-f]{64}$/)
        expect(after).not.toBe(before)
      },
      { timeoutMs: 30_000 },
    )
    await readyReplicas(2)
    const path = '{.status.containerStatuses[0].restartCount}'
    expect(await run(`get pod ${name} -o jsonpath=${path}`)).toBe('1')
  })

  test('scaled to 3 there are three, and two again', async () => {
    await run('scale deployment nginx-deployment --replicas=3')
    await readyReplicas(3)
    await run('scale deployment nginx-deployment --replicas=2')
    await readyReplicas(2)
  })

  test('a new image is rolled out and undone', async () => {
    const imageOf = async () => {
      const path = '{.items[*].spec.containers[0].image}'
      return run(`get pods -l app=nginx --field-selector=status.phase=Running -o jsonpath=${path}`)
    }
    await run('set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await rollOut()
    await eventually(async () => expect(await imageOf()).toBe('nginx:1.16.1 nginx:1.16.1'))
    if (voyage().lane.real) expect(await page()).toContain('nginx 1.16.1')
    expect(await run('rollout undo deployment/nginx-deployment')).toContain('rolled back')
    await rollOut()
    await eventually(async () => expect(await imageOf()).toBe('nginx:1.14.2 nginx:1.14.2'))
    if (voyage().lane.real) expect(await page()).toContain('nginx 1.14.2')
  })

  /** What one of the replicas answers, asked from inside the cluster. */
  const page = () => run('exec deployment/nginx-deployment -- wget -qO- http://127.0.0.1/')
}
