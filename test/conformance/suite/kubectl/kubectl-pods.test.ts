import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'

const image = 'registry.k8s.io/pause:3.10.1'

/** Runs kubectl and answers what it prints; throws its own words when it fails. */
async function run(
  { kubectl }: ConformanceContext,
  command: string,
  manifest?: object,
): Promise<string> {
  const input = manifest ? { input: JSON.stringify(manifest) } : {}
  const { code, stdout, stderr } = await kubectl(command, input)
  expect(code, stderr).toBe(0)
  return stdout
}

/** A ReplicationController of Pods with a port. */
const controller = (name: string, replicas: number) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { app: name },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 6379 }] }] },
    },
  },
})

/** Waits until so many Pods of an app run, and answers their names. */
async function runningPods(
  { core, namespace }: ConformanceContext,
  app: string,
  count: number,
): Promise<string[]> {
  return eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })
    const running = items.filter(
      ({ metadata, status }) => status?.phase === 'Running' && !metadata?.deletionTimestamp,
    )
    expect([items.length, running.length]).toEqual([count, count])
    return running.map(({ metadata }) => metadata?.name ?? '')
  })
}

conformance(
  '[sig-cli] Kubectl client Update Demo should create and stop a replication controller [Conformance]',
  async context => {
    const { step } = context
    await step('kubectl create a controller of two replicas: two Pods run', async () => {
      await run(context, 'create -f -', controller('update-demo', 2))
      await runningPods(context, 'update-demo', 2)
    })
    await step('kubectl delete it: its Pods go', async () => {
      await run(context, 'delete --grace-period=0 --force rc update-demo')
      await runningPods(context, 'update-demo', 0)
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Update Demo should scale a replication controller [Conformance]',
  async context => {
    const { step } = context
    await step('kubectl create a controller of two replicas: two Pods run', async () => {
      await run(context, 'create -f -', controller('scaled', 2))
      await runningPods(context, 'scaled', 2)
    })
    for (const replicas of [1, 2]) {
      await step(`kubectl scale it to ${replicas}: so many Pods run`, async () => {
        await run(context, `scale rc scaled --replicas=${replicas} --timeout=5m`)
        await runningPods(context, 'scaled', replicas)
      })
    }
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl label should update the label on a resource [Conformance]',
  async context => {
    const { step } = context
    await step('kubectl run a Pod', () => run(context, `run labelled --image=${image}`))
    await step('kubectl label it: kubectl get shows the label', async () => {
      await run(context, 'label pods labelled testing-label=testing-label-value')
      expect(await run(context, 'get pod labelled -L testing-label')).toContain(
        'testing-label-value',
      )
      const found = await run(context, 'get pods -l testing-label=testing-label-value -o name')
      expect(found).toBe('pod/labelled\n')
    })
    await step('kubectl take the label off: kubectl get shows none', async () => {
      await run(context, 'label pods labelled testing-label-')
      expect(await run(context, 'get pod labelled -L testing-label')).not.toContain(
        'testing-label-value',
      )
      expect(await run(context, 'get pods -l testing-label -o name')).toBe('')
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl patch should add annotations for pods in rc [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const names = await step('kubectl create a controller: its Pods run', async () => {
      await run(context, 'create -f -', controller('patched', 2))
      return runningPods(context, 'patched', 2)
    })
    await step('kubectl patch an annotation into each: a read has it', async () => {
      for (const name of names) {
        await run(context, `patch pod ${name} -p '{"metadata":{"annotations":{"x":"y"}}}'`)
        const { metadata } = await core.readNamespacedPod({ namespace, name })
        expect(metadata?.annotations).toMatchObject({ x: 'y' })
      }
    })
  },
)

conformance(
  "[sig-cli] Kubectl client Kubectl replace should update a single-container pod's image [Conformance]",
  async context => {
    const { step } = context
    await step('kubectl run a Pod', async () => {
      await run(context, `run replaced --image=${image} --labels=app=replaced`)
      await runningPods(context, 'replaced', 1)
    })
    await step('kubectl replace it with another image: a read has that', async () => {
      const pod = JSON.parse(await run(context, 'get pod replaced -o json'))
      pod.spec.containers[0].image = 'busybox:1.36'
      await run(context, 'replace -f -', pod)
      const images = await run(context, 'get pod replaced -o jsonpath={.spec.containers[*].image}')
      expect(images).toBe('busybox:1.36')
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl expose should create services for rc [Conformance]',
  async context => {
    const { core, namespace, step } = context
    await step('kubectl create a controller: its Pod runs', async () => {
      await run(context, 'create -f -', controller('primary', 1))
      await runningPods(context, 'primary', 1)
    })
    const expectService = async (name: string, port: number) => {
      const { spec } = await core.readNamespacedService({ namespace, name })
      expect(spec?.ports).toEqual([expect.objectContaining({ port, targetPort: 6379 })])
      await eventually(async () => {
        const { subsets } = await core.readNamespacedEndpoints({ namespace, name })
        expect(subsets?.flatMap(({ ports = [] }) => ports.map(one => one.port))).toEqual([6379])
        expect(subsets?.flatMap(({ addresses = [] }) => addresses)).toHaveLength(1)
      })
    }
    await step('kubectl expose the controller: the Service leads to the Pod', async () => {
      await run(context, 'expose rc primary --name=rm2 --port=1234 --target-port=6379')
      await expectService('rm2', 1234)
    })
    await step('kubectl expose the Service: so does the second', async () => {
      await run(context, 'expose service rm2 --name=rm3 --port=2345 --target-port=6379')
      await expectService('rm3', 2345)
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods [Conformance]',
  async context => {
    const { namespace, step } = context
    const [pod = ''] = await step('kubectl create a controller and a Service', async () => {
      await run(context, 'create -f -', controller('described', 1))
      await run(context, 'expose rc described --port=6379 --target-port=6379')
      return runningPods(context, 'described', 1)
    })
    const expectLines = async (what: string, lines: RegExp[]) => {
      const described = await run(context, `describe ${what}`)
      for (const line of lines) expect(described).toMatch(line)
    }
    const named = (name: string) => new RegExp(`^Name: +${name}$`, 'm')
    const here = new RegExp(`^Namespace: +${namespace}$`, 'm')
    await step('of the Pod: name, namespace, node, labels, owner, image, state', () =>
      expectLines(`pod ${pod}`, [
        named(pod),
        here,
        /^Node: +\S+/m,
        /^Labels: +app=described$/m,
        /^Status: +Running$/m,
        /^IP: +\S+/m,
        /^Controlled By: +ReplicationController\/described$/m,
        new RegExp(`^ +Image: +${image}$`, 'm'),
        /^ +State: +Running$/m,
        /^QoS Class: +BestEffort$/m,
      ]),
    )
    await step('of the controller: selector, labels, replicas, Pods, events', () =>
      expectLines('rc described', [
        named('described'),
        here,
        /^Selector: +app=described$/m,
        /^Labels: +app=described$/m,
        /^Annotations:/m,
        /^Replicas: +1 current \/ 1 desired$/m,
        /^Pods Status: +1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
        /^Pod Template:/m,
        /SuccessfulCreate/,
      ]),
    )
    await step('of the Service: selector, type, addresses, port, endpoints', () =>
      expectLines('service described', [
        named('described'),
        here,
        /^Selector: +app=described$/m,
        /^Type: +ClusterIP$/m,
        /^IP: +\S+/m,
        /^Port: +<unset> +6379\/TCP$/m,
        /^Endpoints: +\S+:6379$/m,
        /^Session Affinity: +None$/m,
      ]),
    )
    await step('of the node: conditions, addresses, capacity, Pods', async () => {
      const node = await run(context, `get pod ${pod} -o jsonpath={.spec.nodeName}`)
      await expectLines(`node ${node}`, [
        named(node),
        /^Labels:/m,
        /^CreationTimestamp:/m,
        /^Conditions:/m,
        /^ +Ready +True/m,
        /^Addresses:/m,
        /^Capacity:/m,
        /^System Info:/m,
        /^Non-terminated Pods:/m,
        new RegExp(pod),
      ])
    })
    await step('of the namespace: name, labels, status', () =>
      expectLines(`namespace ${namespace}`, [
        named(namespace),
        /^Labels:/m,
        /^Status: +Active$/m,
        /^No resource quota/m,
      ]),
    )
  },
)
