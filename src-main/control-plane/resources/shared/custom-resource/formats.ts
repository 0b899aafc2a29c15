import { isIPv6 } from 'node:net'
import { parseUrl } from '#kubernetes/cel/library/url-text.ts'
import { readLegacyIp, readLegacyRange } from '#kubernetes/legacy-ip.ts'
import { isDuration } from './durations.ts'
import { isMailAddress } from './mail-address.ts'

const pattern =
  (regex: RegExp): ((text: string) => boolean) =>
  text =>
    regex.test(text)

const uuid = (version: string, variant = '[0-9a-f]') =>
  pattern(
    new RegExp(
      `^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`,
      'i',
    ),
  )

const isIsbn10 = (text: string): boolean => {
  const digits = text.replaceAll(/[\s-]/g, '')
  if (!/^\d{9}[\dX]$/.test(digits)) return false
  const sum = [...digits].reduce(
    (total, digit, index) => total + (index + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  )
  return sum % 11 === 0
}

const isIsbn13 = (text: string): boolean => {
  const digits = text.replaceAll(/[\s-]/g, '')
  if (!/^\d{13}$/.test(digits)) return false
  const sum = [...digits].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1),
    0,
  )
  return sum % 10 === 0
}

/** What numbers of cards begin with, by their lengths. */
const cards =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|6(?:011|5\d{2}|[27]\d{2})\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/

/** Luhn's check of a number that looks like one of a card. */
const isCreditCard = (text: string): boolean => {
  const digits = text.replaceAll(/\D/g, '')
  if (!cards.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** Any letter may stand before the fraction, and the offset may be any: upstream looks no closer. */
function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t')
  const found = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/u.exec(time)
  const [, hours = '', minutes = '', seconds = ''] = found ?? []
  return found !== null && isDate(date) && hours <= '23' && minutes <= '59' && seconds <= '59'
}

const isIpv4 = (text: string) => text.includes('.') && readLegacyIp(text) !== undefined
const isIpv6 = (text: string) => isIPv6(text) && !text.includes('%')

const mac =
  /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:(?:[0-9a-f]{2}\1){2}(?:(?:[0-9a-f]{2}\1){12})?)?[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}(?:[0-9a-f]{4}\.(?:(?:[0-9a-f]{4}\.){6})?)?[0-9a-f]{4})$/i

const letter = String.raw`[a-zA-Z0-9\p{S}\p{L}]`
const anyHostname = new RegExp(
  `^(?:${letter}(?:-?${letter}{0,62})?|(?:${letter}(?:[-a-zA-Z0-9\\p{S}\\p{L}]{0,61}${letter})?\\.)+[a-zA-Z\\p{L}]{2,63})$`,
  'u',
)

const isHostname = (text: string): boolean =>
  Buffer.byteLength(text) <= 255 &&
  anyHostname.test(text) &&
  text.split('.').every(label => Buffer.byteLength(label) <= 63)

const name = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const shortName = new RegExp(`^${name}$`)
const longName = new RegExp(`^${name}(\\.${name})*$`)

/** The formats that upstream checks; others are taken as comments. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: pattern(/^[0-9a-f]{24}$/i),
  uri: text => parseUrl(text) !== undefined,
  email: isMailAddress,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  cidr: text => readLegacyRange(text) !== undefined,
  mac: pattern(mac),
  uuid: uuid('[0-9a-f]'),
  uuid3: uuid('3'),
  uuid4: uuid('4', '[89ab]'),
  uuid5: uuid('5', '[89ab]'),
  isbn: text => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: pattern(/^\d{3}[- ]\d{2}[- ]\d{4}$/),
  hexcolor: pattern(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i),
  rgbcolor: pattern(
    /^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*(,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*){2}\)$/,
  ),
  byte: pattern(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  k8sshortname: text => text.length <= 63 && shortName.test(text),
  k8slongname: text => text.length <= 253 && longName.test(text),
}

const nameOf = (format: string) => format.replaceAll('-', '')

/** Whether a format is one that is checked. Dashes in its name mean nothing. */
export const isFormat = (format: string): boolean => Object.hasOwn(formats, nameOf(format))

/** Whether a text is of a format; others than the checked ones fit everything. */
export const fitsFormat = (text: string, format: string): boolean =>
  !isFormat(format) || formats[nameOf(format)]?.(text) === true
