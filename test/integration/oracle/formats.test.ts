import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitsFormat } from '#control-plane/resources/shared/custom-resource/formats.ts'
import {
  lacksReaders,
  type Reading,
  random,
  startReaders,
  withMutations,
} from '../../oracle/readers.ts'
import type { GoProgram } from '../../support/go-program.ts'
import { titled } from '../../support/lanes.ts'

const lack = lacksReaders()
const label = 'a'.repeat(63)

/** Seeds of many texts, by format; each is asked of all formats. */
const texts: Readonly<Record<string, readonly string[]>> = {
  date: ['2020-01-02', '2020-02-30', '2021-02-29', '0000-01-01', '20200102'],
  datetime: [
    '2020-01-02T03:04:05Z',
    '2020-01-02t03:04:05.123z',
    '2020-01-02T23:59:59+01:00',
    '2020-01-02T24:60:60-25:00',
  ],
  duration: ['1s', '1h30m', '-1.5h', '0', '3 days', '1 week', '1µs', '2562047h48m', '1d1h', '1 n'],
  ipv4: ['1.2.3.4', '01.2.3.4', '256.1.1.1'],
  ipv6: ['::1', '::', '::ffff:1.2.3.4', 'fe80::1%eth0', '1:2:3:4:5:6:7:8'],
  cidr: ['1.2.3.4/8', '01.2.3.4/08', '::1/64', '1.2.3.4/33'],
  mac: ['00:11:22:33:44:55', '00-11-22-33-44-55', '0011.2233.4455', '00:11:22:33:44:55:66:77'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000', '123e4567e89b42d3a456426614174000'],
  byte: ['YQ==', 'YWI=', 'YWJj', '-_==', ''],
  uri: ['http://a.b/c?d', '/path', '*', 'mailto:a@b', 'http://u:p@[::1]:80/%41', 'a/b', 'http:x'],
  email: ['a@b.c', 'Joe <a@b.c>', '"a b"@c', 'a@b (c)', 'g: a@b, c@d;', 'é@b'],
  hostname: ['a.example.com', 'localhost', '1', 'b\u00fccher.example', '😀.com', `${label}.com`],
  isbn: ['0-306-40615-2', '080442957X', '978-0-306-40615-7'],
  creditcard: ['4111 1111 1111 1111', '378282246310005', '6011000000000004', '30569309025904'],
  ssn: ['111-22-3333', '111223333'],
  hexcolor: ['#fff', 'ffffff'],
  rgbcolor: ['rgb(1,2,3)', 'rgb( 10 , 200 , 255 )'],
  bsonobjectid: ['507f1f77bcf86cd799439011'],
}

const formats = [
  ...Object.keys(texts),
  'date-time',
  'uuid3',
  'uuid4',
  'uuid5',
  'isbn10',
  'isbn13',
  'password',
  'int32',
]

describe.skipIf(lack)(titled('formats of strings against kube-openapi', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test('every format takes the same texts', async () => {
    const letters = '0123456789abcdefX.:-/+@T %_sdhm"<>,#()='
    const all = withMutations(Object.values(texts).flat(), 3000, { letters, dice: random() })
    // Newer versions of Go take an IP address for a domain.
    const judged = all.filter(text => !text.includes('@['))
    const questions = judged.flatMap(text =>
      formats.map(format => ({ reader: 'format', format, text })),
    )
    const answers = await readers.ask<Reading>(questions)
    const wrong = questions.filter(
      ({ format, text }, at) => fitsFormat(text, format) !== (answers[at]?.value ?? true),
    )
    expect(wrong).toEqual([])
  })
})
