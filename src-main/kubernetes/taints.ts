import type { Taint, Toleration } from './api/core-v1.ts'

/** The first toleration that a taint falls under; undefined when it is not tolerated. */
export const findToleration = (
  tolerations: Toleration[] | undefined,
  taint: Taint,
): Toleration | undefined => tolerations?.find(toleration => tolerates(toleration, taint))

function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect, key, operator = 'Equal', value = '' } = toleration
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  if (operator === 'Exists') return true
  return Boolean(key) && value === (taint.value ?? '')
}
