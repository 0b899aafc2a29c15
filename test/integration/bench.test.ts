import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('the bench measures every part of the budget that needs no engine', () => {
  const args = ['test/bench/bench.ts', '--tiny']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const rows = stdout.trimEnd().split('\n').slice(2)
  const cells = rows.map(row => row.split('|').map(cell => cell.trim()))
  const measures = [
    'first served request',
    'Ready node',
    'RSS of a cluster process, empty',
    'CPU while idle',
    'writes while idle',
    'durable creates, 1 in flight',
    'durable creates, 64 in flight',
    'GET, 32 in flight',
    'LIST of',
    'longest stall',
    'RSS with',
    'watch fan-out',
    'scheduler',
    'simulated nodes: start',
    'a Deployment of',
    'its rollout',
    'DELETE → gone',
    'pods by Deployments',
    'RSS then',
    'CPU while they rest',
  ]
  for (const measure of measures) {
    const found = cells.filter(([, name]) => name?.includes(measure))
    expect(found, measure).toHaveLength(1)
    expect(found[0]?.[3], measure).toMatch(/^\d/)
  }
})
