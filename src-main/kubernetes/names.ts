/** Checks of names and label parts. Each returns what Kubernetes says is wrong; nothing wrong is an empty list. */
export type Check = (value: string) => string[]

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const subdomain1123 = `${label1123}(\\.${label1123})*`
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelValue = `(${qualified})?`
const configMapKey = '[-._a-zA-Z0-9]+'

const matches = (pattern: string, message: string, ...examples: string[]): Check => {
  const expression = new RegExp(`^${pattern}$`)
  const text = `${message} (${examples.length ? `e.g. ${examples.map(example => `'${example}', `).join(' or ')}` : ''}regex used for validation is '${pattern}')`
  return value => (expression.test(value) ? [] : [text])
}
const atMost =
  (length: number): Check =>
  value =>
    value.length > length ? [`must be no more than ${length} characters`] : []
const all =
  (...checks: Check[]): Check =>
  value =>
    checks.flatMap(check => check(value))

/** Names of most objects: a lowercase RFC 1123 subdomain of at most 253 characters. */
export const checkSubdomain: Check = all(
  atMost(253),
  matches(
    subdomain1123,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    'example.com',
  ),
)

const checkWildcardSubdomain: Check = all(
  atMost(253),
  matches(
    `\\*\\.${subdomain1123}`,
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    '*.example.com',
  ),
)

/** Hosts of an ingress: a subdomain, or `*.` and a subdomain. */
export const checkHostPattern: Check = host =>
  (host.includes('*') ? checkWildcardSubdomain : checkSubdomain)(host)

/** Names of namespaces and of containers: a lowercase RFC 1123 label of at most 63 characters. */
export const checkLabel: Check = all(
  atMost(63),
  matches(
    label1123,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    'my-name',
    '123-abc',
  ),
)

/** Names of services: a DNS-1035 label of at most 63 characters. */
export const checkLabel1035: Check = all(
  atMost(63),
  matches(
    label1035,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    'my-name',
    'abc-123',
  ),
)

const namePart = matches(
  qualified,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyName',
  'my.name',
  '123-abc',
)

/** Keys of labels and annotations: `name` or `example.com/name`. */
export const checkQualifiedName: Check = value => {
  const parts = value.split('/')
  const [first = '', second] = parts
  if (parts.length > 2)
    return [
      `a qualified name ${namePart('')[0]} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const prefixProblems =
    second === undefined
      ? []
      : first === ''
        ? ['prefix part must be non-empty']
        : checkSubdomain(first).map(problem => `prefix part ${problem}`)
  const name = second ?? first
  const nameProblems = [
    ...(name === '' ? ['must be non-empty'] : atMost(63)(name)),
    ...namePart(name),
  ].map(problem => `name part ${problem}`)
  return [...prefixProblems, ...nameProblems]
}

/** Values of labels: empty, or at most 63 characters. */
export const checkLabelValue: Check = all(
  atMost(63),
  matches(
    labelValue,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    'MyValue',
    'my_value',
    '12345',
  ),
)

const configKey = matches(
  configMapKey,
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  'key.name',
  'KEY_NAME',
  'key-name',
)

/** Keys in ConfigMaps and Secrets. */
export const checkConfigMapKey: Check = value => [
  ...atMost(253)(value),
  ...configKey(value),
  ...(value === '.'
    ? ["must not be '.'"]
    : value === '..'
      ? ["must not be '..'"]
      : value.startsWith('..')
        ? ["must not start with '..'"]
        : []),
]

/** Names of ports: at most 15 characters, a letter among them. */
export const checkPortName: Check = value => [
  ...atMost(15)(value),
  ...(/^[-a-z0-9]+$/.test(value)
    ? []
    : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
]

/** Names that only have to fit into a path, as those of RBAC's kinds. */
export const checkPathSegment: Check = value => {
  if (value === '.' || value === '..') return [`may not be '${value}'`]
  return ['/', '%'].filter(bad => value.includes(bad)).map(bad => `may not contain '${bad}'`)
}

/** No vowels and no digits that look like them, so that no words come out. */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789'
const suffixLength = 5
const longestBase = 63 - suffixLength

/** `generateName` plus five random characters; the base is cut so that 63 characters suffice. */
export const generatedName = (base: string): string =>
  base.slice(0, longestBase) + randomSuffix(suffixLength)

/** Random characters as Kubernetes appends to generated names. */
export function randomSuffix(length: number): string {
  let suffix = ''
  while (suffix.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < 243 && suffix.length < length) suffix += suffixAlphabet[byte % 27]
  return suffix
}
