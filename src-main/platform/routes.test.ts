import { expect, test } from 'vitest'
import { contains, formatAddress, formatRange, overlaps, parseAddress, parseRange } from './ipv4.ts'
import {
  findFreeRange,
  findOverlap,
  parseBsdRoutes,
  parseLinuxRoutes,
  readHostRoutes,
} from './routes.ts'

const linuxTable = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0101A8C0	0003	0	0	0	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000600A	00000000	0001	0	0	0	0000FCFF	0	0	0
`

test('ranges are parsed, printed and compared', () => {
  expect(formatRange(parseRange('10.244.0.17/24'))).toBe('10.244.0.0/24')
  expect(formatAddress(parseAddress('255.255.255.254'))).toBe('255.255.255.254')
  expect(contains(parseRange('10.96.0.0/16'), parseAddress('10.96.255.255'))).toBe(true)
  expect(contains(parseRange('10.96.0.0/16'), parseAddress('10.97.0.0'))).toBe(false)
  expect(overlaps(parseRange('10.0.0.0/8'), parseRange('10.244.0.0/24'))).toBe(true)
  expect(overlaps(parseRange('10.244.0.0/24'), parseRange('10.244.1.0/24'))).toBe(false)
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '10.0.0.256/8', 'a/8']) {
    expect(() => parseRange(wrong), wrong).toThrow()
  }
})

test('the table of Linux is read', () => {
  expect(parseLinuxRoutes(linuxTable)).toEqual([
    { range: parseRange('0.0.0.0/0'), interface: 'eth0' },
    { range: parseRange('192.168.1.0/24'), interface: 'eth0' },
    { range: parseRange('10.96.0.0/14'), interface: 'tun0' },
  ])
})

test('the table of macOS is read, with its shortened ranges', () => {
  const text = `Routing tables

Internet:
Destination        Gateway            Flags           Netif Expire
default            192.168.1.1        UGScg             en0
10.8/16            link#20            UCS             utun4
127                127.0.0.1          UCS               lo0
192.168.1.1/32     link#12            UCS               en0
`
  expect(parseBsdRoutes(text).map(route => [formatRange(route.range), route.interface])).toEqual([
    ['10.8.0.0/16', 'utun4'],
    ['127.0.0.0/8', 'lo0'],
    ['192.168.1.1/32', 'en0'],
  ])
})

test('a range is kept while it is free, and gives way to routes', () => {
  const routes = parseLinuxRoutes(linuxTable).slice(1)
  expect(findOverlap('10.244.0.0/24', routes)).toBeUndefined()
  expect(findOverlap('10.96.0.0/16', routes)?.interface).toBe('tun0')
  const taken = routes.map(({ range }) => range)
  expect(findFreeRange('10.244.0.0/24', taken)).toBe('10.244.0.0/24')
  expect(findFreeRange('10.96.0.0/16', taken)).toBe('10.100.0.0/16')
  expect(findFreeRange('10.96.0.0/16', [parseRange('10.0.0.0/8')])).toBe('172.16.0.0/16')
  const all = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseRange)
  expect(() => findFreeRange('10.96.0.0/16', all)).toThrow(/no private IPv4 range/)
})

test('this machine has its loopback range', async () => {
  expect(findOverlap('127.0.0.0/24', await readHostRoutes())).toBeDefined()
})
