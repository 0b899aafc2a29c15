import { lacksDockerd } from '../support/lanes.ts'
import { EngineCluster, shellImage } from './engine-cluster.ts'
import { measureExecAndLogs } from './exec-and-logs.ts'
import { type Figure, median, ms, type Scale } from './figure.ts'
import { measureServiceTraffic } from './service-traffic.ts'
import { measureServiceUpdates } from './service-updates.ts'

const wanted = 1.3
const together = 20

/** Everything that is measured on a real engine, on one cluster, in an order in which nothing disturbs the next. */
export async function measureDocker(scale: Scale): Promise<Figure[]> {
  if (scale.name === 'tiny' || (await lacksDockerd())) return []
  await using on = await EngineCluster.start()
  return [
    {
      measure: 'first run ever on an engine → Ready node',
      budget: '≤ 3 s',
      figure: ms(on.firstStartMs),
      met: on.firstStartMs <= 3000,
      note: 'Docker; with the agent image to load, which was built before',
    },
    {
      measure: 'fresh data directory → Ready node, engine warm',
      budget: '≤ 1 s',
      figure: ms(on.cluster.startupMs),
      met: on.cluster.startupMs <= 1000,
      note: 'Docker; with the probe that a new cluster makes of its engine',
    },
    await measureOnePod(on, scale.name === 'full' ? 15 : 5),
    await measurePodsAtOnce(on, scale.name === 'full' ? 5 : 2),
    ...(await measureExecAndLogs(on, scale)),
    ...(await measureServiceTraffic(on, scale)),
    ...(await measureServiceUpdates(on)),
  ]
}

async function measureOnePod(on: EngineCluster, rounds: number): Promise<Figure> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const name = `pod-${round}`
    theirs.push(await on.bare.startPairs([name]))
    ours.push(await on.untilRunning([name], { image: shellImage }))
    await on.remove([name])
  }
  return {
    measure: 'pod with a present image: API write → Running',
    ...compare(ours, theirs),
    note: `the engine alone: ${ms(median(theirs))}; medians of ${rounds}`,
  }
}

async function measurePodsAtOnce(on: EngineCluster, rounds: number): Promise<Figure> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const names = Array.from({ length: together }, (_, index) => `crowd-${round}-${index}`)
    theirs.push(await on.bare.startPairs(names))
    ours.push(await on.untilRunning(names, { image: shellImage }))
    await on.remove(names)
  }
  return {
    measure: `${together} pods at once: API write → all Running`,
    ...compare(ours, theirs),
    note: `the engine alone, all at once: ${ms(median(theirs))}; medians of ${rounds}`,
  }
}

function compare(ours: number[], theirs: number[]) {
  const ratio = median(ours) / median(theirs)
  return {
    budget: `≤ ${wanted} × the engine's own time`,
    figure: ms(median(ours)),
    ratio: `${ratio.toFixed(2)} ×`,
    met: ratio <= wanted,
  }
}
