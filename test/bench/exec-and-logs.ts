import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { WebSocket } from 'ws'
import { type EngineCluster, podsPath, shellImage } from './engine-cluster.ts'
import { type Figure, median, ms, type Scale } from './figure.ts'

const pod = 'talker'
/** Says how long the machine has been up, again and again: a clock that containers share with us, in hundredths of a second. */
const talk = 'while :; do read up rest </proc/uptime; echo $up; sleep 0.05; done'

/** How long `exec` takes, and how old a line of a log is when a follower has it, against the engine's own. */
export async function measureExecAndLogs(on: EngineCluster, { name }: Scale): Promise<Figure[]> {
  const rounds = name === 'full' ? 30 : 10
  await on.untilRunning([pod], { image: shellImage, command: ['sh', '-c', talk] })
  const { status } = await on.pod(pod)
  const id = (status.containerStatuses[0]?.containerID ?? '').replace('docker://', '')
  const [ours, theirs]: [number[], number[]] = [[], []]
  const open = await executor(on.cluster.kubeconfig)
  for (let round = 0; round < rounds; round++) {
    theirs.push(await timed(() => on.bare.exec(id, ['true'])))
    ours.push(await timed(() => open(pod, 'true')))
  }
  const logAge = await ageOfLines(on, rounds)
  await on.remove([pod])
  return [
    {
      measure: 'exec of a command, to its exit code',
      budget: '',
      figure: ms(median(ours)),
      ratio: `${(median(ours) / median(theirs)).toFixed(2)} ×`,
      note: `the engine's API alone: ${ms(median(theirs))}; medians of ${rounds}, each on a connection of its own`,
    },
    {
      measure: 'a line of a log: written → at its follower',
      budget: '',
      figure: ms(logAge),
      note: `mean of ${rounds}, by a clock of 10 ms`,
    },
  ]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Runs commands as kubectl does: over a WebSocket, until the status of the end comes on channel 3. */
async function executor(kubeconfig: string) {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'))
  const decode = (text: string) => Buffer.from(text, 'base64')
  const { cluster } = clusters[0]
  const { user } = users[0]
  const options = {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  }
  return (name: string, command: string): Promise<void> => {
    const url = `${cluster.server}${podsPath}/${name}/exec?command=${command}&stdout=1&stderr=1`
    const socket = new WebSocket(url.replace('https', 'wss'), ['v5.channel.k8s.io'], options)
    return new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (data: Buffer) => {
        if (data[0] !== 3) return
        socket.terminate()
        resolve()
      })
    })
  }
}

/** In milliseconds. Lines and clock are cut off alike, so that only their mean is exact. */
async function ageOfLines(on: EngineCluster, count: number): Promise<number> {
  let [lines, sum] = [0, 0]
  const follow = on.cluster.client.stream(`${podsPath}/${pod}/log?follow=true&tailLines=0`)
  for await (const chunk of follow.setEncoding('utf8')) {
    const now = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))
    for (const line of String(chunk).trim().split('\n')) {
      sum += now - Number(line)
      lines++
    }
    if (lines >= count) break
  }
  return (sum / lines) * 1000
}
