import { useEffect, useState } from 'react'
import { absoluteTime, ageStep, longAge, shortAge, waitStep } from './format.ts'

interface Waiting {
  at: number
  run: () => void
}

/** Ages and waits tick together on one timer, set to the moment the next text changes. */
const waiting = new Set<Waiting>()
let timer: ReturnType<typeof setTimeout> | undefined
let due = Number.POSITIVE_INFINITY
const finestMs = 250

function schedule(): void {
  clearTimeout(timer)
  due = Math.min(...[...waiting].map(({ at }) => at))
  if (!waiting.size) return
  timer = setTimeout(
    () => {
      const now = Date.now()
      for (const one of [...waiting]) if (one.at <= now) one.run()
      schedule()
    },
    Math.max(finestMs, Math.min(due - Date.now(), 2 ** 31 - 1)),
  )
}

/** The time, again whenever the text of how far a moment is away changes. */
function useNowFor(since: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (Number.isNaN(since)) return
    const one: Waiting = {
      at: now + (now < since ? waitStep(since - now) : ageStep(now - since)),
      run: () => {
        waiting.delete(one)
        setNow(Date.now())
      },
    }
    waiting.add(one)
    if (one.at < due) schedule()
    return () => {
      waiting.delete(one)
    }
  }, [now, since])
  return now
}

/** How long ago something was, the absolute time as tooltip; keeps itself up to date. */
export function Age({ since, long }: { since: string; long?: boolean }) {
  const at = Date.parse(since)
  const now = useNowFor(at)
  if (Number.isNaN(at)) return null
  const ms = Math.max(now, at) - at
  return (
    <time dateTime={since} title={absoluteTime(since)}>
      {long ? longAge(ms) : shortAge(ms)}
    </time>
  )
}

/** How long until a moment, the absolute time as tooltip; keeps itself up to date, and says once when it has come. */
export function Until({ at, long, onPast }: { at: number; long?: boolean; onPast: () => void }) {
  const now = useNowFor(at)
  const isPast = now >= at
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once of each moment
  useEffect(() => {
    if (isPast) onPast()
  }, [isPast, at])
  const ms = Math.max(0, at - now)
  const moment = new Date(at).toISOString()
  return (
    <time dateTime={moment} title={absoluteTime(moment)}>
      in {long ? longAge(ms) : shortAge(ms)}
    </time>
  )
}
