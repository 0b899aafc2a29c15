import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Profile } from './configuration/profile.ts'
import { defaultSchedulerName } from './configuration/read-configuration.ts'
import { PodReports } from './pod-reports.ts'

/** The profiles by which pods are placed, each with the name in which it reports of them. */
export class RunningProfiles implements AsyncDisposable {
  readonly #byName: ReadonlyMap<string, Profile>
  readonly #reports = new Map<Profile, PodReports>()
  readonly #owned = new AsyncDisposableStack()

  constructor(
    profiles: readonly Profile[],
    options: { client: Client; clock: Clock; logger: Logger },
  ) {
    this.#byName = new Map(profiles.map(profile => [profile.schedulerName, profile]))
    for (const profile of profiles) {
      const component = profile.schedulerName
      const recorder = this.#owned.use(
        new EventRecorder({ ...options, component, style: 'series' }),
      )
      this.#reports.set(profile, new PodReports({ ...options, recorder }))
    }
  }

  /** The profile that a pod asks for; undefined when it wants another scheduler. */
  of({ spec }: Pod): Profile | undefined {
    return this.#byName.get(spec?.schedulerName ?? defaultSchedulerName)
  }

  reportsOf(profile: Profile): PodReports {
    const reports = this.#reports.get(profile)
    if (!reports) throw new Error(`no profile ${profile.schedulerName}`)
    return reports
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }
}
