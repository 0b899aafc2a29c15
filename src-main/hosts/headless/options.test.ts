import { expect, test } from 'vitest'
import { UsageError } from '#platform/command-line.ts'
import { parseHeadlessOptions } from './options.ts'

test('parseHeadlessOptions leaves open what is not said', () => {
  expect(parseHeadlessOptions([])).toMatchObject({ cluster: 'local', stopPods: false })
  const { apiPort, runtime, store, podCidr } = parseHeadlessOptions(['--api-port', '0'])
  expect([apiPort, runtime, store, podCidr]).toEqual([undefined, undefined, undefined, undefined])
})

test('parseHeadlessOptions reads the store', () => {
  expect(parseHeadlessOptions(['--store=etcd=http://127.0.0.1:2379/']).store).toEqual({
    kind: 'etcd',
    url: 'http://127.0.0.1:2379',
  })
  expect(parseHeadlessOptions(['--store', 'memory']).store).toEqual({ kind: 'memory' })
})

test.for([
  [['--api-port', 'x'], /--api-port x/],
  [['--api-port', '70000'], /--api-port 70000/],
  [['--ingress-http-port', '0'], /--ingress-http-port 0/],
  [['--runtime', 'kvm'], /auto, docker, cri, simulated/],
  [['--store', 'redis'], /--store redis: sqlite, memory or etcd=/],
  [['--pod-cidr', '10.244.0.0'], /--pod-cidr 10\.244\.0\.0/],
  [['--service-cidr', '300.0.0.0/16'], /--service-cidr 300\.0\.0\.0\/16/],
  [['--pod-cidr', '10.96.1.0/24', '--service-cidr', '10.96.0.0/16'], /overlap/],
  [['--cluster', 'No Spaces'], /--cluster/],
  [['--nodes', '0'], /--nodes 0/],
  [['--nodes', '3'], /--runtime simulated/],
  [['--nodes', 'nodes.yaml'], /--runtime simulated/],
  [['--nodes', 'nodes.txt'], /--nodes nodes.txt: a whole number/],
  [['--unknown'], /unknown/],
  [['stray'], /stray/],
] as const)('parseHeadlessOptions refuses %j', ([args, said]) => {
  expect(() => parseHeadlessOptions([...args])).toThrow(UsageError)
  expect(() => parseHeadlessOptions([...args])).toThrow(said)
})
