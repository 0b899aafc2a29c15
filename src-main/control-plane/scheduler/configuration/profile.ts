import type { PreemptionArgs } from '../find-victims.ts'
import type { Plugin, WeightedPlugin } from '../framework.ts'
import type { ExtenderSettings } from './extender-settings.ts'

/** One way of scheduling, for the pods that name it. */
export interface Profile {
  readonly schedulerName: string
  /** Every plugin that takes part anywhere, for what wakes pods that it rejected. */
  readonly plugins: readonly Plugin[]
  readonly gates: readonly Plugin[]
  readonly filters: readonly Plugin[]
  readonly scores: readonly WeightedPlugin[]
  /** Whether devices are reserved for pods' claims, and taken from claims that nobody uses. */
  readonly claims: { reserve: boolean; deallocate: boolean }
  /** Undefined where preemption was taken away. */
  readonly preemption: PreemptionArgs | undefined
  /** 0: chosen by the size of the cluster. */
  readonly percentageOfNodesToScore: number
  /** How long volumes may take to be bound. */
  readonly bindTimeoutMs: number
}

/** How the scheduler works. */
export interface SchedulerConfiguration {
  readonly profiles: readonly Profile[]
  readonly extenders: readonly ExtenderSettings[]
  readonly firstBackoffMs: number
  readonly maxBackoffMs: number
}
