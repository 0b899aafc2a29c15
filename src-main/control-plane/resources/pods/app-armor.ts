import type { AppArmorProfile, Pod } from '#kubernetes/api/core-v1.ts'
import { appArmorPrefix, localProfilePrefix } from '#kubernetes/profile-annotations.ts'
import { isEqual } from '../shared/field-errors.ts'
import { appArmorDeprecated } from '../shared/pod-spec/pod-warnings.ts'

const maxProfileBytes = 4095

/**
 * Gives the containers of a new pod the profiles that annotations of old choose for them, where their own field says
 * nothing. `warn` is told of each such annotation that says more than the pod's profile does.
 */
export function takeAppArmorAnnotations(pod: Pod, warn: (text: string) => void): void {
  const { spec, metadata } = pod
  if (spec.os?.name === 'windows' || !metadata.annotations) return
  const ofPod = spec.securityContext?.appArmorProfile
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const container of spec[field] ?? []) {
      const key = `${appArmorPrefix}${container.name}`
      const annotation = metadata.annotations[key]
      if (annotation === undefined || container.securityContext?.appArmorProfile) continue
      const profile = profileOf(annotation)
      if (profile && isEqual(profile, ofPod)) continue
      if (profile)
        container.securityContext = { ...container.securityContext, appArmorProfile: profile }
      warn(`metadata.annotations[${key}]: ${appArmorDeprecated}`)
    }
}

function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  const localhostProfile = annotation.startsWith(localProfilePrefix)
    ? annotation.slice(localProfilePrefix.length)
    : ''
  const isGood =
    localhostProfile !== '' &&
    localhostProfile.trim() === localhostProfile &&
    Buffer.byteLength(localhostProfile) <= maxProfileBytes
  return isGood ? { type: 'Localhost', localhostProfile } : undefined
}
