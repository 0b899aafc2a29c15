import { createEnvironment, type Environment } from '../check/environment.ts'
import { languageLibraries, languageMacros } from './libraries.ts'

let environment: Environment | undefined

/** What expressions of Kubernetes may use, without variables. Made when it is asked for first. */
export function kubernetesEnvironment(): Environment {
  environment ??= createEnvironment({
    libraries: languageLibraries,
    macros: languageMacros,
    homogeneous: true,
  })
  return environment
}
