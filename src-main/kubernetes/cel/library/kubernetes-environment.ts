import { createEnvironment, type Environment, type LiteralCheck } from '../check/environment.ts'
import type { Library } from '../check/functions.ts'
import { CelError, type Value } from '../evaluate/values.ts'
import { authorizers } from './authorizers.ts'
import { parseDuration } from './duration-text.ts'
import { ips } from './ips.ts'
import { languageLibraries, languageMacros } from './libraries.ts'
import { lists } from './lists.ts'
import { namedFormats } from './named-formats.ts'
import { quantities } from './quantities.ts'
import { compileRegex } from './regex-engine.ts'
import { semvers } from './semvers.ts'
import { sets } from './sets.ts'
import { parseTimestamp } from './timestamp-text.ts'
import { urls } from './urls.ts'

/** What Kubernetes adds to the language. */
const kubernetesLibraries: readonly Library[] = [
  authorizers,
  lists,
  urls,
  quantities,
  sets,
  ...ips,
  namedFormats,
  semvers,
]

const isRead = (value: Value | undefined) => value !== undefined && !(value instanceof CelError)

const literals: readonly LiteralCheck[] = [
  { name: 'duration', accepts: text => isRead(parseDuration(text)) },
  { name: 'timestamp', accepts: text => isRead(parseTimestamp(text)) },
  { name: 'matches', accepts: text => typeof compileRegex(text) !== 'string' },
]

let environment: Environment | undefined

/** What expressions of Kubernetes may use, without variables. Made when it is asked for first. */
export function kubernetesEnvironment(): Environment {
  environment ??= createEnvironment({
    libraries: [...languageLibraries, ...kubernetesLibraries],
    macros: languageMacros,
    homogeneous: true,
    literals,
  })
  return environment
}
