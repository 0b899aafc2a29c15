/** What is wrong with a text; empty when it is fine. The words are upstream's. */
export type Format = (text: string) => string[]

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelText = `(${qualified})?`
const configKey = '[-._a-zA-Z0-9]+'
const headerName = '[-A-Za-z0-9]+'
const percent = '[0-9]+%'

const matches = (text: string, pattern: string) => new RegExp(`^(?:${pattern})$`).test(text)
const unless = (ok: boolean, message: string) => (ok ? [] : [message])
const atMost = (text: string, length: number, what = '') =>
  unless(text.length <= length, `${what}must be no more than ${length} characters`)
const hint = (pattern: string, ...examples: string[]) =>
  `(e.g. ${examples.map(text => `'${text}'`).join(',  or ')}, regex used for validation is '${pattern}')`

export const dns1123Label: Format = text => [
  ...atMost(text, 63),
  ...unless(
    matches(text, label),
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character ${hint(label, 'my-name', '123-abc')}`,
  ),
]

export const dns1123Subdomain: Format = text => [
  ...atMost(text, 253),
  ...unless(
    matches(text, subdomain),
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character ${hint(subdomain, 'example.com')}`,
  ),
]

export const dns1035Label: Format = text => [
  ...atMost(text, 63),
  ...unless(
    matches(text, label1035),
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character ${hint(label1035, 'my-name', 'abc-123')}`,
  ),
]

const nameRule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${hint(qualified, 'MyName', 'my.name', '123-abc')}`

/** `[prefix/]name`, as label keys and condition types are. */
export const qualifiedName: Format = text => {
  const parts = text.split('/')
  if (parts.length > 2)
    return [
      `a qualified name ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? parts[0] : undefined
  const prefixErrors =
    prefix === ''
      ? ['prefix part must be non-empty']
      : prefix === undefined
        ? []
        : dns1123Subdomain(prefix).map(message => `prefix part ${message}`)
  const nameErrors = name === '' ? ['name part must be non-empty'] : atMost(name, 63, 'name part ')
  return [
    ...prefixErrors,
    ...nameErrors,
    ...unless(matches(name, qualified), `name part ${nameRule}`),
  ]
}

export const labelValue: Format = text => [
  ...atMost(text, 63),
  ...unless(
    matches(text, labelText),
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${hint(labelText, 'MyValue', 'my_value', '12345')}`,
  ),
]

export const portNumber = (port: number): string[] =>
  unless(
    Number.isInteger(port) && port >= 1 && port <= 65_535,
    'must be between 1 and 65535, inclusive',
  )

export const portName: Format = text => [
  ...unless(text.length <= 15, 'must be no more than 15 characters'),
  ...unless(
    /^[-a-z0-9]+$/.test(text),
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  ),
  ...unless(/[a-z]/.test(text), 'must contain at least one letter (a-z)'),
  ...unless(!text.includes('--'), 'must not contain consecutive hyphens'),
  ...unless(!/^-|-$/.test(text), 'must not begin or end with a hyphen'),
]

/** A port as a number or a name. */
export const port = (value: number | string): string[] =>
  typeof value === 'number' ? portNumber(value) : portName(value)

export const configMapKey: Format = text => {
  const form = [
    ...atMost(text, 253),
    ...unless(
      matches(text, configKey),
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' ${hint(configKey, 'key.name', 'KEY_NAME', 'key-name')}`,
    ),
  ]
  if (text === '.') return [...form, "must not be '.'"]
  if (text === '..') return [...form, "must not be '..'"]
  return text.startsWith('..') ? [...form, "must not start with '..'"] : form
}

/** Printable ASCII without `=`. */
export const envVarName: Format = text => {
  if (text === '') return ['environment variable name must be non-empty']
  return unless(
    /^[ -<>-~]+$/.test(text),
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  )
}

export const httpHeaderName: Format = text =>
  unless(
    matches(text, headerName),
    `a valid HTTP header must consist of alphanumeric characters or '-' ${hint(headerName, 'X-Header-Name')}`,
  )

export const percentage: Format = text =>
  unless(
    matches(text, percent),
    `a valid percent string must be a numeric string followed by an ending '%' ${hint(percent, '1%', '93%')}`,
  )

/** What may stand between two slashes of a URL. */
export const pathSegmentName: Format = text => {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return [
    ...unless(!text.includes('/'), "may not contain '/'"),
    ...unless(!text.includes('%'), "may not contain '%'"),
  ]
}

/** Tells what is wrong with a name, or with a `generateName` when `prefix` is set: that may end in a dash. */
export const nameFormat =
  (format: Format) =>
  (name: string, prefix: boolean): string[] =>
    format(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name)
