import { type Check, checkPortName } from '#kubernetes/names.ts'

const headerName = '[-A-Za-z0-9]+'
const percent = '[0-9]+%'
const matches = (text: string, pattern: string) => new RegExp(`^(?:${pattern})$`).test(text)
const unless = (ok: boolean, problem: string) => (ok ? [] : [problem])

export const checkPortNumber = (port: number): string[] =>
  unless(
    Number.isInteger(port) && port >= 1 && port <= 65_535,
    'must be between 1 and 65535, inclusive',
  )

/** A port as a number or a name. */
export const checkPort = (port: number | string): string[] =>
  typeof port === 'number' ? checkPortNumber(port) : checkPortName(port)

/** Printable ASCII without `=`. */
export const checkEnvVarName: Check = name =>
  name === ''
    ? ['environment variable name must be non-empty']
    : unless(
        /^[ -<>-~]+$/.test(name),
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
      )

export const checkHttpHeaderName: Check = name =>
  unless(
    matches(name, headerName),
    `a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '${headerName}')`,
  )

export const checkPercentage: Check = text =>
  unless(
    matches(text, percent),
    `a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '${percent}')`,
  )

/** User and group numbers. */
export const checkId = (id: number): string[] =>
  unless(
    Number.isInteger(id) && id >= 0 && id <= 2_147_483_647,
    'must be between 0 and 2147483647, inclusive',
  )

/** Tells what is wrong with a name, or with a `generateName` when `prefix` is set: that may end in a dash. */
export const nameCheck =
  (check: Check) =>
  (name: string, prefix: boolean): string[] =>
    check(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name)
