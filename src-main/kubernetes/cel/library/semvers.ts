import { type Library, overload } from '../check/functions.ts'
import { fail, Opaque, type Value } from '../evaluate/values.ts'
import { compareSemver, normalizeSemver, parseSemver, type Semver } from './semver-text.ts'

class SemverValue extends Opaque {
  readonly typeName = 'kubernetes.Semver'
  readonly version: Semver

  constructor(version: Semver) {
    super()
    this.version = version
  }

  equals(other: Opaque): boolean {
    return other instanceof SemverValue && compareSemver(this.version, other.version) === 0
  }
}

const find = (text: string, normalize = false): Semver | undefined =>
  parseSemver(normalize ? normalizeSemver(text) : text)

/** A semantic version as a value; an error for a text that is none. */
export function semverValue(text: string, normalize = false): Value {
  const version = find(text, normalize)
  return version
    ? new SemverValue(version)
    : fail(`invalid semantic version: ${JSON.stringify(text)}`)
}

const isSemver = (text: string, normalize = false) => find(text, normalize) !== undefined

const both = 'kubernetes.Semver.(kubernetes.Semver)'
const compare = (a: SemverValue, b: SemverValue) => compareSemver(a.version, b.version)

const numberAt = (name: string, index: 0 | 1 | 2) => [
  overload(
    `semver_${name}`,
    'kubernetes.Semver.() int',
    ({ version }: SemverValue) => version.numbers[index],
  ),
]

/** Semantic versions. */
export const semvers: Library = {
  semver: [
    overload('string_to_semver', '(string) kubernetes.Semver', semverValue),
    overload('string_bool_to_semver', '(string, bool) kubernetes.Semver', semverValue),
  ],
  isSemver: [
    overload('is_semver_string', '(string) bool', isSemver),
    overload('is_semver_string_bool', '(string, bool) bool', isSemver),
  ],
  major: numberAt('major', 0),
  minor: numberAt('minor', 1),
  patch: numberAt('patch', 2),
  isLessThan: [
    overload(
      'semver_is_less_than',
      `${both} bool`,
      (a: SemverValue, b: SemverValue) => compare(a, b) < 0,
    ),
  ],
  isGreaterThan: [
    overload(
      'semver_is_greater_than',
      `${both} bool`,
      (a: SemverValue, b: SemverValue) => compare(a, b) > 0,
    ),
  ],
  compareTo: [
    overload('semver_compare_to', `${both} int`, (a: SemverValue, b: SemverValue) =>
      BigInt(Math.sign(compare(a, b))),
    ),
  ],
}
