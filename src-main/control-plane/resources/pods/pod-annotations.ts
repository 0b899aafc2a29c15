import type { Pod } from '#kubernetes/api/core-v1.ts'
import { appArmorPrefix } from '#kubernetes/profile-annotations.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden } from '../shared/field-errors.ts'
import { mirrorAnnotation } from '../shared/pod-spec/validate-pod-annotations.ts'

const nameOf = (key: string): string | undefined =>
  key === mirrorAnnotation
    ? 'mirror pod annotation'
    : key.startsWith(appArmorPrefix)
      ? 'AppArmor annotations'
      : undefined

/** What an update of a pod may not do to annotations that say what the pod is. */
export function validateAnnotationUpdate({ metadata }: Pod, old: Pod): FieldError[] {
  const now = metadata.annotations ?? {}
  const before = old.metadata.annotations ?? {}
  const keys = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...keys].flatMap(key => {
    const name = nameOf(key)
    if (!name || now[key] === before[key]) return []
    const what = before[key] === undefined ? 'add' : 'remove or update'
    return [forbidden(`metadata.annotations[${key}]`, `may not ${what} ${name}`)]
  })
}
