import type { DeviceConfiguration, DeviceSelector } from '#kubernetes/api/resource-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateDriverName } from '../csi-driver-name.ts'
import { forbidden, invalid, required, tooLong } from '../field-errors.ts'
import { byteLength } from '../object-meta.ts'
import { validateList, validateRawObject } from './device-lists.ts'
import { compileSelector } from './selector-language.ts'

const maxExpressionBytes = 10 * 1024
export const maxDeviceItems = 32

/** What is wrong with what is handed to a driver as it is. */
export const validateConfiguration = (
  { opaque }: DeviceConfiguration,
  path: string,
): FieldError[] =>
  opaque
    ? [
        ...validateDriverName(opaque.driver, `${path}.opaque.driver`),
        ...validateRawObject(opaque.parameters, `${path}.opaque.parameters`),
      ]
    : [required(`${path}.opaque`)]

/** What is wrong with a choice of devices. */
export const validateSelectors = (
  selectors: DeviceSelector[] | undefined,
  path: string,
): FieldError[] =>
  validateList(selectors, maxDeviceItems, path, ({ cel }, path) => {
    if (!cel) return [required(`${path}.cel`)]
    return validateExpression(cel.expression ?? '', `${path}.cel.expression`)
  })

function validateExpression(expression: string, path: string): FieldError[] {
  if (byteLength(expression) > maxExpressionBytes) return [tooLong(path, maxExpressionBytes)]
  const selector = compileSelector(expression)
  if ('error' in selector) return [invalid(path, expression, selector.error)]
  return selector.isTooComplex ? [forbidden(path, 'too complex, exceeds cost limit')] : []
}
