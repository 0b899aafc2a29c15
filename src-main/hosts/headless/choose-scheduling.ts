import { checkSchedulerConfiguration } from '#control-plane/control-plane.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import { readDescription } from './read-description.ts'

type ChosenScheduling = Pick<ClusterSettings, 'scheduler'>

/** The scheduler's configuration in the file that was named, or else the one that the cluster had. */
export async function chooseScheduling(
  file: string | undefined,
  kept: ChosenScheduling | undefined,
): Promise<ChosenScheduling> {
  if (file === undefined) return kept?.scheduler === undefined ? {} : { scheduler: kept.scheduler }
  return readDescription('scheduler-config', file, async scheduler => {
    await checkSchedulerConfiguration(scheduler)
    return { scheduler }
  })
}
