import { once } from 'node:events'
import https from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { eventually } from '../../support/eventually.ts'
import { lacksDockerd, titled } from '../../support/lanes.ts'
import { Shop, shopHost } from '../../support/shop.ts'
import { startLoad } from '../../support/steady-load.ts'

const lack = await lacksDockerd()

describe.skipIf(lack)(titled('the reference application, with Helm', lack), () => {
  let shop: Shop

  beforeAll(async () => {
    shop = await Shop.open('shop')
  }, 300_000)
  afterAll(() => shop?.[Symbol.asyncDispose]())

  test('is installed; front end, API, database, cache and worker find each other', async () => {
    const flags = ['--wait', '--timeout', '3m', '--set', 'autoscaling.enabled=false']
    expect(await shop.helm('install', 'shop', ...flags)).toContain('STATUS: deployed')
    const page = await eventually(async () => {
      const answer = await ask(shop.ports.http, shopHost)
      expect(answer.status).toBe(200)
      return answer
    })
    expect(page.text).toContain('<h1>The shop</h1>')
    expect(await shop.orderAndWait('tea')).toEqual({ orders: 1, processed: 1, reports: 0 })
    await eventually(async () => {
      const log = await shop.kubectl(['logs', 'deployment/worker', '-c', 'log'])
      expect(log).toContain('processed order 1')
    })
  })

  test('answers over TLS with the certificate of its Secret', async () => {
    const request = https.get({
      port: shop.ports.https,
      host: '127.0.0.1',
      path: '/api/version',
      servername: shopHost,
      ca: shop.authority,
      headers: { host: shopHost },
    })
    const [response] = await once(request, 'response')
    response.resume()
    expect(response.statusCode).toBe(200)
  })

  test('a CronJob’s job does its work', async () => {
    await shop.kubectl(['create', 'job', 'now', '--from=cronjob/report'])
    await shop.kubectl(['wait', '--for=condition=complete', 'job/now', '--timeout=60s'])
    expect(await shop.api('/api/orders')).toMatchObject({ reports: 1 })
  })

  test('a rolling upgrade under load fails no request and loses no order', async () => {
    const { orders } = await shop.api<{ orders: number }>('/api/orders')
    const isOk = (status: number) => status === 200
    const load = startLoad(shop.ports.http, shopHost, [
      { path: '/', isFine: isOk },
      { path: '/api/hits', isFine: isOk },
      { path: '/api/version', isFine: isOk },
      {
        path: '/api/orders',
        method: 'POST',
        body: '{"item":"cake"}',
        isFine: status => status === 201,
      },
    ])
    const flags = ['--wait', '--timeout', '3m', '--set', 'autoscaling.enabled=false,version=2']
    try {
      await shop.helm('upgrade', 'shop', ...flags)
      await shop.kubectl(['rollout', 'status', 'deployment/api', '--timeout=60s'])
    } finally {
      const { failures, answered } = await load.stop()
      expect([...failures]).toEqual([])
      expect(answered.get('POST /api/orders')).toBeGreaterThan(10)
      const after = await shop.orderAndWait('last')
      expect(after.orders).toBe(orders + (answered.get('POST /api/orders') ?? 0) + 1)
    }
    expect(await shop.api('/api/version')).toMatchObject({ version: '2' })
  })

  test('a StatefulSet’s data outlives its pod', async () => {
    const before = await shop.orderAndWait('before')
    const uid = ['get', 'pod', 'postgres-0', '-o', 'jsonpath={.metadata.uid}']
    const old = await shop.kubectl(uid)
    await shop.kubectl(['delete', 'pod', 'postgres-0'])
    await eventually(async () => expect(await shop.kubectl(uid)).not.toBe(old), {
      timeoutMs: 60_000,
    })
    await shop.kubectl(['wait', '--for=condition=ready', 'pod/postgres-0', '--timeout=60s'])
    expect((await shop.orderAndWait('after')).orders).toBe(before.orders + 1)
  })

  test('is uninstalled; its claim stays, as claims of StatefulSets do', async () => {
    const { code } = await shop.docker.kubectl(['get', 'statefulset', 'postgres'])
    expect(code).toBe(0)
    await shop.uninstall('shop')
    expect(await shop.kubectl(['get', 'pvc', '-o', 'name'])).toBe(
      'persistentvolumeclaim/data-postgres-0\n',
    )
    expect((await ask(shop.ports.http, shopHost).catch(() => ({ status: 0 }))).status).not.toBe(200)
  })

  test('the node warned of nothing', () => {
    expect(
      shop.docker.warnings.filter(line => /nft|DNS|forward|ingress|volume/i.test(line)),
    ).toEqual([])
  })
})
