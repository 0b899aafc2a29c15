import type { Container, ContainerRestartRule } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, notSupported, required, tooLong } from '../field-errors.ts'

const policies = ['Always', 'Never', 'OnFailure']
const maxRules = 20
const maxExitCodes = 255

/** What is wrong with when a container of its own policy is started again. */
export const validateRestartRules = (
  { restartPolicy, restartPolicyRules }: Container,
  path: string,
): FieldError[] => [
  ...(restartPolicy && !policies.includes(restartPolicy)
    ? [notSupported(`${path}.restartPolicy`, restartPolicy, policies)]
    : []),
  ...(restartPolicyRules?.length && !restartPolicy
    ? [required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')]
    : []),
  ...((restartPolicyRules?.length ?? 0) > maxRules
    ? [tooLong(`${path}.restartPolicyRules`, maxRules)]
    : []),
  ...each(restartPolicyRules, `${path}.restartPolicyRules`, validateRule),
]

function validateRule({ action, exitCodes }: ContainerRestartRule, path: string): FieldError[] {
  const errors =
    action === 'Restart' ? [] : [notSupported(`${path}.action`, action ?? '', ['Restart'])]
  if (!exitCodes) return [...errors, required(`${path}.exitCodes`, 'must be specified')]
  const { operator, values = [] } = exitCodes
  return [
    ...errors,
    ...(operator === 'In' || operator === 'NotIn'
      ? []
      : [notSupported(`${path}.exitCodes.operator`, operator ?? '', ['In', 'NotIn'])]),
    ...(values.length > maxExitCodes ? [tooLong(`${path}.exitCodes.values`, maxExitCodes)] : []),
  ]
}
