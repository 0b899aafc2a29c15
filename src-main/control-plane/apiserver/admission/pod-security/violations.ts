import type { Container, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'

/** What a pod does that a level forbids, in upstream's words. */
export interface Violation {
  reason: string
  /** Who does it, and what is asked instead. */
  detail: string
}

/** A pod, or the template of one, that is held against a level as of a minor version. */
export interface JudgedPod {
  metadata: ObjectMeta
  spec: PodSpec
  minor: number
  /** Of every kind, in upstream's order. */
  containers: readonly Container[]
}

export type Check = (pod: JudgedPod) => Violation | undefined

/** Several names as `"a", "b"`. */
export const quotedList = (names: Iterable<string>): string =>
  [...names].map(name => JSON.stringify(name)).join(', ')

/** `container "a"`, `containers "a", "b"`. */
export const containersText = (names: readonly string[]): string =>
  `${plural('container', names.length)} ${quotedList(names)}`

export const plural = (noun: string, count: number): string => (count === 1 ? noun : `${noun}s`)

/** `uses`, or `use` of several. */
export const uses = (count: number): string => (count === 1 ? 'uses' : 'use')

/** Each text once, in order. */
export const distinct = (texts: Iterable<string>): string[] => [...new Set(texts)].sort()

/** `pod and container "a"`: who sets something; empty when nobody does. */
export const settersText = (isPod: boolean, containers: readonly string[]): string =>
  [...(isPod ? ['pod'] : []), ...(containers.length ? [containersText(containers)] : [])].join(
    ' and ',
  )

/** The names of containers of which something is true. */
export const namesOf = (
  { containers }: JudgedPod,
  isBad: (container: Container) => boolean,
): string[] => containers.filter(isBad).map(({ name }) => name)
