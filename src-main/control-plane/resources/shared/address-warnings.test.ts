import { expect, test } from 'vitest'
import { cidrWarnings, ipWarnings } from './address-warnings.ts'
import { validateCanonicalCidr, validateCidr, validateIp, validateNonSpecialIp } from './ip.ts'

const future = 'will be considered invalid in a future Kubernetes release: use'

test.each<[string, string, string[]]>([
  ['IPv4', '192.12.2.2', []],
  ['IPv6', '2001:db8::2', []],
  [
    'leading zeros',
    '192.012.2.2',
    [`spec.ip: non-standard IP address "192.012.2.2" ${future} "192.12.2.2"`],
  ],
  [
    'IPv4 in IPv6’s notation',
    '::ffff:192.12.2.2',
    [`spec.ip: non-standard IP address "::ffff:192.12.2.2" ${future} "192.12.2.2"`],
  ],
  [
    'the same in hexadecimal digits',
    '::ffff:c00c:202',
    [`spec.ip: non-standard IP address "::ffff:c00c:202" ${future} "192.12.2.2"`],
  ],
  [
    'a group of five digits',
    '2001:00db8::1',
    [`spec.ip: non-standard IP address "2001:00db8::1" ${future} "2001:db8::1"`],
  ],
  [
    'IPv6 in a long form',
    '2001:db8:0:0::2',
    [
      'spec.ip: IPv6 address "2001:db8:0:0::2" should be in RFC 5952 canonical format ("2001:db8::2")',
    ],
  ],
])('an address of a field of old, %s, is taken with its warning', (_, ip, warnings) => {
  expect(validateIp(ip, 'spec.ip')).toEqual([])
  expect(ipWarnings('spec.ip', ip)).toEqual(warnings)
})

test.each([
  '',
  'aaaaaaa',
  '1.2.3.0/24',
  '1.2.3.400',
  '-1.0.0.0',
  '1.2.3',
  '1234::abcd%eth0',
  '[::1]',
])('%s is no address', ip => {
  expect(validateIp(ip, 'spec.ip')).toMatchObject([
    { message: expect.stringContaining('must be a valid IP address, (e.g. 10.9.8.7') },
  ])
  expect(ipWarnings('spec.ip', ip)).toEqual([])
})

test.each<[string, string, string[]]>([
  ['IPv4', '192.12.2.0/24', []],
  ['IPv6', '2001:db8::/64', []],
  [
    'leading zeros',
    '192.012.2.0/24',
    [`spec.cidr: non-standard CIDR value "192.012.2.0/24" ${future} "192.12.2.0/24"`],
  ],
  [
    'leading zeros of the length',
    '192.12.2.0/024',
    [`spec.cidr: non-standard CIDR value "192.12.2.0/024" ${future} "192.12.2.0/24"`],
  ],
  [
    'IPv4 in IPv6’s notation',
    '::ffff:192.12.2.0/120',
    [`spec.cidr: non-standard CIDR value "::ffff:192.12.2.0/120" ${future} "192.12.2.0/24"`],
  ],
  [
    'IPv4 in IPv6’s notation, shorter than its prefix',
    '::ffff:1.1.1.0/24',
    [
      'spec.cidr: CIDR value "::ffff:1.1.1.0/24" is ambiguous in this context (should be "::/24" or "1.1.1.0/128"?)',
      `spec.cidr: non-standard CIDR value "::ffff:1.1.1.0/24" ${future} "::/24"`,
    ],
  ],
  [
    'bits beyond its length and leading zeros',
    '192.012.2.8/24',
    [
      'spec.cidr: CIDR value "192.012.2.8/24" is ambiguous in this context (should be "192.12.2.0/24" or "192.12.2.8/32"?)',
      `spec.cidr: non-standard CIDR value "192.012.2.8/24" ${future} "192.12.2.0/24"`,
    ],
  ],
  [
    'IPv6 in a long form',
    '2001:db8:0:0::/64',
    [
      'spec.cidr: IPv6 CIDR value "2001:db8:0:0::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ],
  ],
])('a range of a field of old, %s, is taken with its warnings', (_, cidr, warnings) => {
  expect(validateCidr(cidr, 'spec.cidr')).toEqual([])
  expect(cidrWarnings('spec.cidr', cidr)).toEqual(warnings)
})

test.each([
  ['010.0.0.0/8', 'must not have leading 0s in IP or prefix length'],
  ['10.0.0.0/08', 'must not have leading 0s in IP or prefix length'],
  ['::ffff:1.1.1.0/24', 'must not have an IPv4-mapped IPv6 address'],
  ['::ffff:101:100/120', 'must not have an IPv4-mapped IPv6 address'],
  ['1.2.3.4/24', 'must not have bits set beyond the prefix length'],
  ['2001:DB8::/64', 'must be in canonical form ("2001:db8::/64")'],
  ['192.168.0.0/+16', 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ['192.168.0.0/33', 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
])('a new field refuses the range %s', (cidr, reason) => {
  expect(validateCanonicalCidr(cidr, 'spec.cidr')).toEqual([
    {
      type: 'FieldValueInvalid',
      field: 'spec.cidr',
      message: `Invalid value: "${cidr}": ${reason}`,
    },
  ])
})

test.each(['127.0.0.01', '::ffff:127.0.0.1'])('%s is an address of the loopback range', ip => {
  expect(validateNonSpecialIp(ip, 'ip')).toMatchObject([
    { message: expect.stringContaining('may not be in the loopback range') },
  ])
})
