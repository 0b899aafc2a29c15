import { expect, test } from 'vitest'
import { fitsFormat } from './formats.ts'

const label = 'a'.repeat(63)

/** As the API server's own library judges them, which is held against ours by test/integration/oracle. */
test.each<[format: string, good: string[], bad: string[]]>([
  ['date', ['2026-02-28', '2024-02-29'], ['2026-02-30', '28.2.2026', '2026-1-2', '']],
  [
    'date-time',
    [
      '2026-02-28T10:00:00Z',
      '2026-02-28t10:00:00.5+02:00',
      '2026-02-28T10:00:00,5Z',
      '2026-02-28T10:00:00+25:00',
    ],
    ['2026-02-28 10:00', '2026-02-30T10:00:00Z', '2026-02-28T24:00:00Z', '2026-02-28T10:00:00'],
  ],
  [
    'duration',
    ['1h30m', '5s', '.5s', '-1.5h', '3 days', '0', '1 WEEK', 'in 3 days, or so', '1d12h'],
    ['soon', '5', '', '1 n', '1 foo', '9223372036854775808 s'],
  ],
  ['ipv4', ['10.0.0.1', '010.0.0.1', '::ffff:1.2.3.4'], ['10.0.0.256', '::1', '10.0.0']],
  ['ipv6', ['::1', '::ffff:1.2.3.4'], ['10.0.0.1', 'fe80::1%eth0', '[::1]']],
  ['cidr', ['10.0.0.0/8', '::/0', '010.0.0.0/08'], ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/+8']],
  [
    'mac',
    ['00:1b:63:84:45:e6', '00-1b-63-84-45-e6', '001b.6384.45e6', '00:1b:63:ff:fe:84:45:e6'],
    ['00:1b:63', '00:1b-63:84:45:e6', '001b638445e6'],
  ],
  ['uuid', ['a3bb189e-8bf9-3888-9912-ace4e6543002'], ['a3bb']],
  ['uuid4', ['16fd2706-8baf-433b-82eb-8c7fada847da'], ['a3bb189e-8bf9-3888-9912-ace4e6543002']],
  ['byte', ['aGk=', 'aGkh'], ['hi!', '', 'aGk', '-_==']],
  [
    'uri',
    ['https://a.b/c', '/path', '/a b?%zz', '*', 'mailto:a@b.c', 'http:', 'http://[::1]:80/'],
    ['no uri', '', '/%zz', 'http://a b/', 'http://a:port/', 'http://[::1/', '//a%zz', '#a'],
  ],
  [
    'email',
    ['a@b', 'a.b@c', 'Joe <a@b.c>', '"a b"@c', 'a@b (work)', 'a@[1.2.3.4]', 'é@b', 'team: a@b;'],
    ['a.b.c', 'a@', '.a@b', 'a..b@c', 'a@b.', 'a@b, c@d', 'a@b (', '<a@b', '""@b', 'a@[x]'],
  ],
  [
    'hostname',
    ['a.example.com', 'localhost', '1', 'bücher.example', '😀.com', `${label}.com`, 'a-'],
    ['-a', 'a..b', 'a_b.com', 'a.b.c', 'a.co1', '', `a${label}.com`, `${label}.`.repeat(4)],
  ],
  ['hexcolor', ['#fff', '#00ff00'], ['#ff']],
  ['rgbcolor', ['rgb(1, 2,255)'], ['rgb(256,1,1)', 'rgb(1,2)', 'rgb(01,2,3)']],
  ['isbn', ['978-3-16-148410-0', '0-306-40615-2'], ['978-3-16-148410-1']],
  ['ssn', ['111-22-3333', '111 22 3333'], ['111223333']],
  [
    'creditcard',
    ['4111 1111 1111 1111', '378282246310005'],
    ['4111 1111 1111 1112', '0000000000000000'],
  ],
  ['k8s-short-name', ['a', 'a-1'], ['', 'A', '-a', `a${label}`]],
  ['k8s-long-name', ['a.b', `a${label}`], ['a..b', 'a.', 'a'.repeat(254)]],
  ['i-p-v4', ['10.0.0.1'], ['::1']],
  ['of-no-kind', ['anything'], []],
])('%s', (format, good, bad) => {
  expect(good.filter(text => !fitsFormat(text, format))).toEqual([])
  expect(bad.filter(text => fitsFormat(text, format))).toEqual([])
})

test('long texts take no longer than their length', () => {
  const longs = ['1', ' ', '1 ', '[%25', 'a.', '(', '"', '\\', 'a@', 'g:', '::', '%'].flatMap(
    part => [part.repeat(100_000), `http://[${part.repeat(100_000)}`, `"${part.repeat(100_000)}`],
  )
  const start = performance.now()
  for (const text of longs)
    for (const format of ['duration', 'email', 'hostname', 'uri', 'cidr', 'ipv6', 'date-time'])
      fitsFormat(text, format)
  expect(performance.now() - start).toBeLessThan(15_000)
})
