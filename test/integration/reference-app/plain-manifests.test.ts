import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pods } from '#client/resource-types.ts'
import { runChecked } from '#platform/processes.ts'
import { eventually } from '../../support/eventually.ts'
import { lacksDockerd } from '../../support/lanes.ts'
import { Shop, shopHost } from '../../support/shop.ts'

const lack =
  process.env['SLIPWAY_TEST_FULL'] === '1' ? await lacksDockerd() : 'part of npm run test:full'
const namespace = 'plain'

describe.skipIf(lack)(
  `the reference application, plain${lack ? ` (skipped: ${lack})` : ''}`,
  () => {
    let shop: Shop
    const inNamespace = (...args: string[]) => shop.kubectl(['-n', namespace, ...args])

    /** The running containers of the application as the engine knows them, those that hold pods' networks too. */
    async function containers(): Promise<{ id: string; pod: string; name: string }[]> {
      const label = (name: string) => `{{.Label "io.kubernetes.${name}"}}`
      const format = `{{.ID}}\t${label('pod.namespace')}\t${label('pod.name')}\t${label('container.name')}`
      const lines = (await shop.engine.docker('ps', '--no-trunc', '--format', format)).split('\n')
      return lines
        .map(line => line.split('\t'))
        .filter(fields => fields[1] === namespace)
        .map(([id = '', , pod = '', name = '']) => ({ id, pod, name }))
    }

    async function allReady(): Promise<void> {
      const { items } = await shop.docker.client.list(pods, { namespace })
      const unready = items.filter(
        ({ status }) =>
          !status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      )
      expect(unready.map(({ metadata }) => metadata.name)).toEqual([])
    }

    beforeAll(async () => {
      shop = await Shop.open({
        name: 'plain',
        podCidr: '10.251.42.0/24',
        serviceCidr: '10.116.0.0/16',
      })
      await shop.kubectl(['create', 'namespace', namespace])
    }, 300_000)
    afterAll(() => shop?.[Symbol.asyncDispose]())

    test('is applied with kubectl, and works', async () => {
      const manifests = await shop.helm('template', 'shop', '--set', 'autoscaling.enabled=false')
      await shop.kubectl(['-n', namespace, 'apply', '-f', '-'], manifests)
      for (const name of [
        'deployment/api',
        'deployment/web',
        'deployment/worker',
        'statefulset/postgres',
      ]) {
        await inNamespace('rollout', 'status', name, '--timeout=120s')
      }
      expect(await shop.orderAndWait('tea')).toMatchObject({ orders: 1 })
    })

    test('stands load through the Ingress', async () => {
      for (const path of ['/', '/api/version']) {
        const url = `http://127.0.0.1:${shop.ports.http}${path}`
        const report = await runChecked('wrk', [
          '-t2',
          '-c32',
          '-d5s',
          '-H',
          `Host: ${shopHost}`,
          url,
        ])
        expect(report).not.toMatch(/Non-2xx|Socket errors/)
        expect(Number(/(\d+) requests in/.exec(report)?.[1])).toBeGreaterThan(100)
      }
    })

    test('every container is killed in turn behind Kubernetes’ back; the application comes back with its data', async () => {
      let { orders } = await shop.orderAndWait('before')
      for (const victim of await containers()) {
        const what = `${victim.pod} ${victim.name || 'sandbox'}`
        await shop.engine.docker('kill', victim.id)
        await eventually(
          async () => {
            const again = (await containers()).find(
              ({ id, pod, name }) => id !== victim.id && pod === victim.pod && name === victim.name,
            )
            expect(again, what).toBeDefined()
            await allReady()
          },
          { timeoutMs: 90_000, everyMs: 250 },
        )
        orders++
        expect((await shop.orderAndWait(what)).orders, what).toBe(orders)
      }
    }, 900_000)
  },
)
