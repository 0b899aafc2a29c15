import type { Device } from '../../api/resource-v1.ts'
import { compileExpression } from '../cel.ts'
import { isDyn, typeText } from '../check/types.ts'
import { estimateCost } from '../cost/estimate.ts'
import { CostExceeded } from '../evaluate/frame.ts'
import { CelError } from '../evaluate/values.ts'
import { deviceEnvironment, deviceSizes } from './device-environment.ts'
import { deviceValue } from './device-value.ts'

/** In Kubernetes' units: what one evaluation may cost, and what an expression may be estimated to. */
const maxCost = 1_000_000
const maxCompiled = 200

/** An expression that chooses devices. */
export interface DeviceSelector {
  /** Whether a device is meant. An `Error` is returned, not thrown, for one on which the expression can't be evaluated. */
  matches(driver: string, device: Device): boolean | Error
  /** It can cost more than Kubernetes allows for. */
  isTooComplex: boolean
}

const compiled = new Map<string, DeviceSelector | { error: string }>()

/**
 * Reads an expression that chooses devices; the error is in upstream's words. The most recent ones are kept. The engine
 * for regular expressions has to be loaded.
 */
export function compileDeviceSelector(expression: string): DeviceSelector | { error: string } {
  const known = compiled.get(expression)
  const result = known ?? compile(expression)
  compiled.delete(expression)
  compiled.set(expression, result)
  const [oldest] = compiled.keys()
  if (compiled.size > maxCompiled && oldest !== undefined) compiled.delete(oldest)
  return result
}

function compile(expression: string): DeviceSelector | { error: string } {
  const result = compileExpression(expression, deviceEnvironment())
  if ('error' in result) return { error: `compilation failed: ${result.error}` }
  const { program } = result
  const { type } = program
  if (type.kind !== 'bool' && !isDyn(type)) {
    return { error: `must evaluate to bool or the unknown type, not ${typeText(type)}` }
  }
  return {
    isTooComplex: estimateCost(program.checked, deviceSizes).max > maxCost,
    matches(driver, device) {
      try {
        const variables = (name: string) =>
          name === 'device' ? deviceValue(driver, device) : undefined
        const { value } = program.evaluate(variables, maxCost)
        if (typeof value === 'boolean') return value
        return new Error(
          value instanceof CelError ? value.message : 'CEL result could not be converted to bool',
        )
      } catch (error) {
        if (error instanceof CostExceeded) return error
        throw error
      }
    },
  }
}
