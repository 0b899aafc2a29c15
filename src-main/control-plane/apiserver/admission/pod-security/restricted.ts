import type { Container, Volume } from '#kubernetes/api/core-v1.ts'
import { isUnconfined } from './baseline.ts'
import {
  type Check,
  containersText,
  distinct,
  namesOf,
  plural,
  quotedList,
  settersText,
  uses,
} from './violations.ts'

export const allowPrivilegeEscalation: Check = pod => {
  const bad = namesOf(
    pod,
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  )
  if (!bad.length) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}

export const droppedCapabilities: Check = pod => {
  const kept = namesOf(pod, one => !one.securityContext?.capabilities?.drop?.includes('ALL'))
  const added = (one: Container) =>
    (one.securityContext?.capabilities?.add ?? []).filter(name => name !== 'NET_BIND_SERVICE')
  const adding = namesOf(pod, one => added(one).length > 0)
  const details = [
    ...(kept.length
      ? [`${containersText(kept)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.length
      ? [
          `${containersText(adding)} must not include ${quotedList(distinct(pod.containers.flatMap(added)))} in securityContext.capabilities.add`,
        ]
      : []),
  ]
  return details.length
    ? { reason: 'unrestricted capabilities', detail: details.join('; ') }
    : undefined
}

const allowedVolumes: readonly (keyof Volume)[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

export const restrictedVolumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(
    volume => !allowedVolumes.some(kind => volume[kind] !== undefined),
  )
  if (!bad.length) return undefined
  const kindOf = (volume: Volume) => Object.keys(volume).find(key => key !== 'name') ?? 'unknown'
  const kinds = distinct(bad.map(kindOf))
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', bad.length)} ${quotedList(bad.map(({ name }) => name))} ${uses(bad.length)} ${plural('restricted volume type', kinds.length)} ${quotedList(kinds)}`,
  }
}

export const runAsNonRoot: Check = pod => {
  const reason = 'runAsNonRoot != true'
  const ofPod = pod.spec.securityContext?.runAsNonRoot
  const explicit = namesOf(pod, one => one.securityContext?.runAsNonRoot === false)
  const setters = settersText(ofPod === false, explicit)
  if (setters)
    return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` }
  const implicit = ofPod ? [] : namesOf(pod, one => !one.securityContext?.runAsNonRoot)
  if (!implicit.length) return undefined
  return {
    reason,
    detail: `pod or ${containersText(implicit)} must set securityContext.runAsNonRoot=true`,
  }
}

export const runAsUser: Check = pod => {
  const ofPod = pod.spec.securityContext?.runAsUser === 0
  const bad = namesOf(pod, one => one.securityContext?.runAsUser === 0)
  if (!ofPod && !bad.length) return undefined
  return { reason: 'runAsUser=0', detail: `${settersText(ofPod, bad)} must not set runAsUser=0` }
}

export const chosenSeccomp: Check = pod => {
  const reason = 'seccompProfile'
  const profile = pod.spec.securityContext?.seccompProfile
  const explicit = namesOf(pod, one => isUnconfined(one.securityContext?.seccompProfile))
  const setters = settersText(isUnconfined(profile), explicit)
  if (setters)
    return {
      reason,
      detail: `${setters} must not set securityContext.seccompProfile.type to "Unconfined"`,
    }
  const implicit = profile ? [] : namesOf(pod, one => !one.securityContext?.seccompProfile)
  if (!implicit.length) return undefined
  return {
    reason,
    detail: `pod or ${containersText(implicit)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  }
}
