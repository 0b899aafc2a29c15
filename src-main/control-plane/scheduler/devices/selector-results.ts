import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type { DeviceSelector as Compiled } from '#kubernetes/cel/devices/device-selector.ts'
import { keyOf } from '#kubernetes/objects.ts'
import type { ReachableDevice } from './device-inventory.ts'
import type { RequestPlan } from './request-plans.ts'

export type CompileSelector = (expression: string) => Compiled | { error: string }

/** By device as it was published, what expressions said of it: neither ever changes. */
const answers = new WeakMap<object, Map<string, boolean | Error>>()

/**
 * Whether a device is one that a request asks for, by its class and by itself. Throws in upstream's words where an
 * expression makes no sense for the device.
 */
export function isSelected(
  plan: RequestPlan,
  device: ReachableDevice,
  claim: ResourceClaim,
  compile: CompileSelector,
): boolean {
  const { deviceClass, selectors } = plan
  const all = (expressions: readonly { cel?: { expression: string } }[], whose: string) =>
    expressions.every(({ cel }, index) => {
      const answer = ask(cel?.expression ?? '', device, compile)
      if (typeof answer === 'boolean') return answer
      throw new Error(`${whose}: selector #${index}${answer.where}: ${answer.message}`)
    })
  return (
    all(deviceClass.spec.selectors ?? [], `class ${deviceClass.metadata.name}`) &&
    all(selectors, `claim ${keyOf(claim)}`)
  )
}

function ask(
  expression: string,
  { id, device, pool }: ReachableDevice,
  compile: CompileSelector,
): boolean | { where: string; message: string } {
  const known = answers.get(device) ?? new Map<string, boolean | Error>()
  answers.set(device, known)
  let answer = known.get(expression)
  if (answer === undefined) {
    const selector = compile(expression)
    if ('error' in selector) return { where: '', message: `CEL compile error: ${selector.error}` }
    answer = selector.matches(pool.driver, device)
    known.set(expression, answer)
  }
  if (typeof answer === 'boolean') return answer
  return { where: ` on device ${id}`, message: `CEL runtime error: ${answer.message}` }
}
