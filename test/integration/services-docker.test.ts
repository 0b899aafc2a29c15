import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployments, pods, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import { runChecked } from '#platform/processes.ts'
import { type DockerCluster, startDockerCluster } from '../support/docker-cluster.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'
import { ownNodePort } from '../support/own-numbers.ts'

const lack = await lacksDockerd()
const nodePort = await ownNodePort()

describe.skipIf(lack)(titled('services on a real dockerd', lack), () => {
  const owned = new AsyncDisposableStack()
  let engine: TestEngine
  let local: DockerCluster
  let client: Client
  let dnsIP: string

  beforeAll(async () => {
    engine = owned.use(await startDockerd({ filters: true }))
    for (const image of ['nginx:1.14.2', 'test/shell:1', 'test/curl:1'] as const)
      await engine.loadImage(image)
    owned.defer(async () =>
      expect(await runChecked('nft', ['list', 'ruleset'])).not.toContain(tableOf(local)),
    )
    local = owned.use(await startDockerCluster(engine, { name: 'services' }))
    client = local.client
    dnsIP = (await client.get(services, { namespace: 'kube-system', name: 'kube-dns' })).spec
      ?.clusterIP as string
    await client.create(deployments, {
      metadata: named('web'),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'nginx:1.14.2',
                imagePullPolicy: 'IfNotPresent',
              },
            ],
          },
        },
      },
    })
    await addService('web', {
      type: 'NodePort',
      ports: [{ port: 3050, targetPort: 80, nodePort }],
    })
    await client.create(pods, {
      metadata: named('shell'),
      spec: { containers: [{ name: 'shell', image: 'test/shell:1' }] },
    })
    await eventually(
      async () => {
        const { items } = await client.list(pods, { namespace: 'default' })
        expect(items.map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running'])
      },
      { timeoutMs: 60_000 },
    )
  })
  afterAll(() => owned.disposeAsync())

  const named = (name: string) => ({ name, namespace: 'default' })
  const addService = (name: string, spec: Service['spec']) =>
    client.create(services, { metadata: named(name), spec: { selector: { app: 'web' }, ...spec } })

  const inPod = (script: string, pod = 'shell') => local.inPod(script, pod)
  const page = (host: string, port: number) => inPod(`timeout 5 wget -qO- http://${host}:${port}/`)

  test('a pod finds a service by its short and its full name', async () => {
    for (const host of ['web', 'web.default', 'web.default.svc.cluster.local']) {
      await eventually(async () => expect(await page(host, 3050), host).toContain('nginx 1.14.2'))
    }
  })

  test('connections are spread over the pods', async () => {
    const names = new Set<string>()
    await eventually(async () => {
      names.add(await page('web', 3050))
      expect(names.size).toBe(2)
    })
  })

  test('a node port answers on localhost, over IPv4, IPv6 and the pod bridge', async () => {
    for (const host of ['127.0.0.1', '[::1]', local.gateway]) {
      await eventually(async () => {
        const response = await fetch(`http://${host}:${nodePort}/`)
        expect(await response.text(), host).toContain('nginx 1.14.2')
      })
    }
  })

  test('a pod reaches the API server by its service', async () => {
    const answer = await inPod('timeout 5 nc kubernetes.default 443 </dev/null && echo open')
    expect(answer).toContain('open')
  })

  test('a load balancer answers on localhost and says so', async () => {
    await addService('balanced', {
      type: 'LoadBalancer',
      ports: [{ port: 38_123, targetPort: 80 }],
    })
    await eventually(async () => {
      const { status } = await client.get(services, named('balanced'))
      expect(status?.loadBalancer?.ingress).toEqual([{ hostname: 'localhost' }])
      expect(await (await fetch('http://localhost:38123/')).text()).toContain('nginx 1.14.2')
    })
  })

  test('a pod reaches itself through its own service', async () => {
    const { items } = await client.list(pods, { namespace: 'default', labelSelector: 'app=web' })
    const name = items[0]?.metadata.name ?? ''
    const labels = { metadata: { labels: { only: 'one' } } }
    await client.patch(pods, named(name), labels, { type: 'merge' })
    await addService('only', { selector: { only: 'one' }, ports: [{ port: 80 }] })
    await eventually(async () =>
      expect(await inPod('timeout 5 wget -qO- http://only/', name)).toContain(name),
    )
  })

  test('the host can ask the cluster’s DNS by its service address', async () => {
    const resolver = new Resolver({ timeout: 3000, tries: 1 })
    resolver.setServers([dnsIP])
    const { spec } = await client.get(services, named('web'))
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual([spec?.clusterIP])
  })

  const listPods = (token = '$(cat token)') =>
    `cd /var/run/secrets/kubernetes.io/serviceaccount; curl -sS --max-time 10 --cacert ca.crt \\
      -H "Authorization: Bearer ${token}" \\
      https://kubernetes.default.svc/api/v1/namespaces/$(cat namespace)/pods`

  test('a program in a pod lists its own namespace with its token, over TLS', async () => {
    const apply = `
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: reader } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: reader }]
---
${clientPod('bound', 'reader')}
---
${clientPod('unbound', 'default')}`
    expect((await local.kubectl(['apply', '-f', '-'], { input: apply })).stderr).toBe('')
    await local.kubectl(['wait', 'pod/bound', 'pod/unbound', '--for=condition=Ready'])
    const list = JSON.parse(await inPod(listPods(), 'bound'))
    const names = list.items.map((item: { metadata: { name: string } }) => item.metadata.name)
    expect(list.kind).toBe('PodList')
    expect(names).toEqual(expect.arrayContaining(['bound', 'unbound', 'shell']))
  })

  test('a service account that nobody bound to a role is refused', async () => {
    expect(JSON.parse(await inPod(listPods(), 'unbound'))).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      message:
        'pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"',
      reason: 'Forbidden',
      code: 403,
    })
    expect(JSON.parse(await inPod(listPods('nonsense'), 'unbound'))).toMatchObject({ code: 401 })
  })

  test('a service without endpoints refuses at once', async () => {
    await addService('nobody', { selector: { app: 'nobody' }, ports: [{ port: 80 }] })
    await eventually(async () => {
      const refused = await inPod('time -f %e curl -sS --max-time 20 http://nobody/', 'bound')
      expect(refused).toMatch(/Failed to connect|Connection refused|Couldn't connect/)
      expect(Number(/^\d+\.\d+$/m.exec(refused)?.[0])).toBeLessThan(5)
    })
  })

  test('with session affinity a pod stays with one backend', async () => {
    await addService('sticky', { sessionAffinity: 'ClientIP', ports: [{ port: 80 }] })
    await eventually(() => expect(page('sticky', 80)).resolves.toContain('nginx'))
    const answers = await inPod(
      'for i in 1 2 3 4 5 6 7 8; do timeout 5 wget -qO- http://sticky/; done',
    )
    expect(new Set(answers.trim().split('\n')).size).toBe(1)
  })

  test('pods resolve headless services, names of pods, SRV, PTR and external names', async () => {
    await addService('all', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] })
    await client.create(services, {
      metadata: named('elsewhere'),
      spec: { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' },
    })
    const { items } = await client.list(pods, { namespace: 'default', labelSelector: 'app=web' })
    const ips = items.map(({ status }) => status?.podIP ?? '').sort()
    const lookup = (type: string, name: string) =>
      inPod(`timeout 5 nslookup -type=${type} ${name} ${dnsIP}`)
    await eventually(async () => {
      const answer = await lookup('a', 'all.default.svc.cluster.local')
      for (const ip of ips) expect(answer).toContain(ip)
    })
    const { spec } = await client.get(services, named('web'))
    const srv = await lookup('srv', '_http._tcp.all.default.svc.cluster.local')
    expect(srv).toMatch(/0 \d+ 80 \d+-\d+-\d+-\d+\.all\.default\.svc\.cluster\.local/)
    const reversed = (spec?.clusterIP ?? '').split('.').reverse().join('.')
    expect(await lookup('ptr', `${reversed}.in-addr.arpa`)).toContain(
      'web.default.svc.cluster.local',
    )
    expect(await lookup('cname', 'elsewhere.default.svc.cluster.local')).toContain(
      'canonical name = web.default.svc.cluster.local',
    )
    expect(await inPod('timeout 5 wget -qO- http://elsewhere:3050/')).toContain('nginx')
  })

  test('another cluster on the same engine has ranges, a bridge and a table of its own', async () => {
    await using other = await startDockerCluster(engine, { name: 'beside' })
    const input = `${clientPod('bound', 'default')}\n---\n${webPod}`
    await other.kubectl(['apply', '-f', '-'], { input })
    await other.kubectl(['expose', 'pod', 'site', '--name=web', '--port=80'])
    await other.kubectl(['wait', 'pod', '--all', '--for=condition=Ready', '--timeout=30s'])
    const theirs = 'curl -sS --max-time 10 http://web/'
    await eventually(async () =>
      expect(await other.inPod(theirs, 'bound')).toMatch(/1\.14\.2 site/),
    )
    expect(await page('web', 3050)).not.toContain('site')
    const tables = await runChecked('nft', ['list', 'tables'])
    expect(tables).toContain(tableOf(local))
    expect(tables).toContain(tableOf(other))
    await other[Symbol.asyncDispose]()
    expect(await runChecked('nft', ['list', 'tables'])).not.toContain(tableOf(other))
    expect(await engine.docker('network', 'ls', '--format={{.Name}}')).not.toContain('beside')
    expect(await page('web', 3050)).toContain('nginx 1.14.2')
    expect(JSON.parse(await inPod(listPods(), 'bound')).kind).toBe('PodList')
  })

  test('nothing was warned of', () => {
    expect(local.warnings.filter(line => /nft|DNS|forward|packet filter/.test(line))).toEqual([])
  })
})

const tableOf = ({ name }: DockerCluster) => `slipway_${name.replaceAll('-', '_')}`

const clientPod = (name: string, serviceAccountName: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  serviceAccountName: ${serviceAccountName}
  terminationGracePeriodSeconds: 1
  containers: [{ name: client, image: 'test/curl:1' }]`

const webPod = `
apiVersion: v1
kind: Pod
metadata: { name: site, labels: { app: site } }
spec: { containers: [{ name: web, image: 'nginx:1.14.2', imagePullPolicy: IfNotPresent, ports: [{ containerPort: 80 }] }] }`
