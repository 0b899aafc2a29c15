import { type Environment, withVariables } from '../check/environment.ts'
import { type CelType, dynType, mapType, opaqueType, stringType } from '../check/types.ts'
import { fixed } from '../cost/range.ts'
import type { SizeHint } from '../cost/size-hint.ts'
import { kubernetesEnvironment } from '../library/kubernetes-environment.ts'
import { bindingMacro } from '../syntax/standard-macros.ts'

/** By domain, then by name. */
const qualified = (value: CelType): CelType => mapType(stringType, mapType(stringType, value))

const deviceType: CelType = {
  kind: 'struct',
  name: 'kubernetes.DRADevice',
  parameters: [],
  fields: new Map([
    ['driver', stringType],
    ['attributes', qualified(dynType)],
    ['capacity', qualified(opaqueType('kubernetes.Quantity'))],
  ]),
}

let environment: Environment | undefined

/** What expressions that choose devices may use: `device`, and what Kubernetes adds to the language. */
export function deviceEnvironment(): Environment {
  if (environment) return environment
  const base = withVariables(kubernetesEnvironment(), { device: deviceType })
  environment = { ...base, macros: [...base.macros, bindingMacro] }
  return environment
}

const maxDriver = 63
const maxDomain = 63
const maxName = 32
const maxNames = 32
const maxAttribute = 64

/** How large the parts of a device can be, by the limits of the API. */
export const deviceSizes: SizeHint = path => {
  const [variable, field, domain, name, ...more] = path ?? []
  if (variable !== 'device' || more.length) return undefined
  const upTo = (max: number) => ({ ...fixed(max), min: 0 })
  if (field === undefined) return upTo(0)
  if (field === 'driver') return domain === undefined ? upTo(maxDriver) : undefined
  if (domain === undefined) return upTo(maxNames)
  if (domain === '@keys') return upTo(maxDomain)
  if (name === undefined) return upTo(maxNames)
  if (name === '@keys') return upTo(maxName)
  return upTo(field === 'attributes' ? maxAttribute : 0)
}
