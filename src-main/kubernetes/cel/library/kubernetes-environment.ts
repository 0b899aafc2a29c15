import { createEnvironment, type Environment } from '../check/environment.ts'
import type { Library } from '../check/functions.ts'
import { authorizers } from './authorizers.ts'
import { ips } from './ips.ts'
import { languageLibraries, languageMacros } from './libraries.ts'
import { lists } from './lists.ts'
import { namedFormats } from './named-formats.ts'
import { quantities } from './quantities.ts'
import { semvers } from './semvers.ts'
import { sets } from './sets.ts'
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

let environment: Environment | undefined

/** What expressions of Kubernetes may use, without variables. Made when it is asked for first. */
export function kubernetesEnvironment(): Environment {
  environment ??= createEnvironment({
    libraries: [...languageLibraries, ...kubernetesLibraries],
    macros: languageMacros,
    homogeneous: true,
  })
  return environment
}
