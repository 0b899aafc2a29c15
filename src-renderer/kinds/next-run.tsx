import { useEffect, useState } from 'react'
import type { ScheduleTimes } from '../../src-main/kubernetes/schedule-times.ts'
import { Until } from '../components/age.tsx'

interface Schedule {
  readonly schedule: string
  /** Absent: that of the control plane, which is UTC as a rule. */
  readonly timeZone?: string | undefined
}

/** When a CronJob makes its next Job, counted down; the next of the times follows by itself. */
export function NextRun({ schedule, timeZone, long = false }: Schedule & { long?: boolean }) {
  const times = useTimes({ schedule, timeZone })
  const [after, setAfter] = useState(() => Date.now())
  if (!times) return times === null ? 'can’t be told' : null
  const at = times.next(after)
  return at === undefined ? (
    'never'
  ) : (
    <Until at={at} long={long} onPast={() => setAfter(Date.now())} />
  )
}

/** The times of a schedule; undefined while they load, null when it can't be understood. */
function useTimes({ schedule, timeZone }: Schedule): ScheduleTimes | null | undefined {
  const [times, setTimes] = useState<ScheduleTimes | null>()
  useEffect(() => {
    let isWanted = true
    const take = (found: ScheduleTimes | null) => {
      if (isWanted) setTimes(found)
    }
    // Few lists have schedules: what reads them comes with the first.
    import('../../src-main/kubernetes/schedule-times.ts')
      .then(({ openSchedule }) => openSchedule(schedule, timeZone))
      .then(take, () => take(null))
    return () => {
      isWanted = false
    }
  }, [schedule, timeZone])
  return times
}
