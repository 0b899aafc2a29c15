import { allContainers } from '#control-plane/resources/shared/pod-spec/pod-spec-defaults.ts'
import type { Container, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import * as baseline from './baseline.ts'
import * as restricted from './restricted.ts'
import type { LevelVersion } from './security-policy.ts'
import type { Check, JudgedPod, Violation } from './violations.ts'

/** A check, the minor version since which there is one, and since when it leaves pods of Windows alone. */
interface Rule {
  check: Check
  since?: number
  sparesWindows?: number
  /** A stricter rule of the level `restricted` that takes its place there. */
  replacedBy?: Rule
}

const capabilities: Rule = { check: restricted.droppedCapabilities, since: 22, sparesWindows: 25 }
const volumes: Rule = { check: restricted.restrictedVolumes }
const seccomp: Rule = { check: restricted.chosenSeccomp, since: 19, sparesWindows: 25 }

/** In the order in which upstream tells what is wrong. */
const baselineRules: readonly Rule[] = [
  { check: baseline.appArmorProfile },
  { check: baseline.defaultCapabilitiesOnly, replacedBy: capabilities },
  { check: baseline.hostNamespaces },
  { check: baseline.hostPathVolumes, replacedBy: volumes },
  { check: baseline.hostPorts },
  { check: baseline.hostProbes, since: 34 },
  { check: baseline.privileged },
  { check: baseline.procMount },
  { check: baseline.seLinuxOptions },
  { check: baseline.confinedSeccomp, since: 19, replacedBy: seccomp },
  { check: baseline.sysctls },
  { check: baseline.windowsHostProcess },
]
const restrictedRules: readonly Rule[] = [
  { check: restricted.allowPrivilegeEscalation, since: 8, sparesWindows: 25 },
  capabilities,
  volumes,
  { check: restricted.runAsNonRoot },
  { check: restricted.runAsUser, since: 23 },
  seccomp,
]

/** What a pod does that a level of the Pod Security Standards forbids. */
export function evaluatePod(
  { level, minor }: LevelVersion,
  metadata: ObjectMeta,
  spec: PodSpec,
): Violation[] {
  if (level === 'privileged') return []
  const isThere = ({ since = 0 }: Rule) => since <= minor
  const rules =
    level === 'baseline'
      ? baselineRules
      : [
          ...baselineRules.filter(({ replacedBy }) => !replacedBy || !isThere(replacedBy)),
          ...restrictedRules,
        ]
  const pod: JudgedPod = { metadata, spec, minor, containers: allContainers(spec) as Container[] }
  const isWindows = spec.os?.name === 'windows'
  return rules
    .filter(isThere)
    .filter(({ sparesWindows = Infinity }) => !isWindows || minor < sparesWindows)
    .flatMap(({ check }) => check(pod) ?? [])
}

/** `privileged (container "a" must not …), hostPort (…)`. */
export const detailsText = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')

/** `privileged, hostPort`. */
export const reasonsText = (violations: readonly Violation[]): string =>
  violations.map(({ reason }) => reason).join(', ')
