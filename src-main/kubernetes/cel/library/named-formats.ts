import {
  type Check,
  checkLabel,
  checkLabel1035,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '../../names.ts'
import { type Library, overload } from '../check/functions.ts'
import { ArrayList } from '../evaluate/lists.ts'
import { CelError, Opaque, Optional } from '../evaluate/values.ts'
import { parseTimestamp } from './timestamp-text.ts'
import { parseUrl } from './url-text.ts'

class Format extends Opaque {
  readonly typeName = 'kubernetes.Format'
  readonly name: string
  readonly check: Check

  constructor(name: string, check: Check) {
    super()
    this.name = name
    this.check = check
  }

  equals(other: Opaque): boolean {
    return other instanceof Format && other.name === this.name
  }
}

/** What a name generator puts a suffix behind may end in a dash. */
const prefix =
  (check: Check): Check =>
  text =>
    check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text)

const matching =
  (holds: (text: string) => boolean, message: string): Check =>
  text =>
    holds(text) ? [] : [message]

const isDate = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00Z`)

function isTime(text: string): boolean {
  const time = parseTimestamp(text)
  return time !== undefined && !(time instanceof CelError)
}

const uuid = /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const checks: Readonly<Record<string, Check>> = {
  dns1123Label: checkLabel,
  dns1123Subdomain: checkSubdomain,
  dns1035Label: checkLabel1035,
  dns1123LabelPrefix: prefix(checkLabel),
  dns1123SubdomainPrefix: prefix(checkSubdomain),
  dns1035LabelPrefix: prefix(checkLabel1035),
  qualifiedName: checkQualifiedName,
  labelValue: checkLabelValue,
  uri: matching(text => parseUrl(text) !== undefined, 'invalid URI for request'),
  uuid: matching(text => uuid.test(text), 'does not match the UUID format'),
  byte: matching(text => base64.test(text), 'invalid base64'),
  date: matching(isDate, 'invalid date'),
  datetime: matching(isTime, 'invalid datetime'),
}

const formats = new Map(
  Object.entries(checks).map(([name, check]) => [name, new Format(name, check)]),
)

/** The formats that have names: `format.dns1123Label().validate(x)`, `format.named('uuid')`. */
export const namedFormats: Library = {
  'format.named': [
    overload('format-named', '(string) optional(kubernetes.Format)', (name: string) => {
      const found = formats.get(name)
      return found ? new Optional(found) : Optional.none
    }),
  ],
  ...Object.fromEntries(
    [...formats].map(([name, format]) => [
      `format.${name}`,
      [overload(`format-${name}`, '() kubernetes.Format', () => format)],
    ]),
  ),
  validate: [
    overload(
      'format-validate',
      'kubernetes.Format.(string) optional(list(string))',
      ({ check }: Format, text: string) => {
        const problems = check(text)
        return problems.length ? new Optional(new ArrayList(problems)) : Optional.none
      },
    ),
  ],
}
