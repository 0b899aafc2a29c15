// Preloaded into a measured process: at SIGUSR2 says how long its event loop stood still at most since the last one and
// the most CPU time that a turn took, and begins anew.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const tickMs = 1

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 5 })
  let last = 0
  let most = 0
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  const tick = () => {
    const now = cpuMs()
    most = Math.max(most, now - last)
    last = now
  }
  process.once('SIGUSR2', () => setInterval(tick, tickMs).unref())
  process.on('SIGUSR2', () => {
    delays.disable()
    const stall = Math.max(0, delays.max / 1e6 - 5)
    process.stderr.write(`longest stall ${stall.toFixed(1)} ms, ${most.toFixed(1)} ms of CPU\n`)
    delays.reset()
    delays.enable()
    last = cpuMs()
    most = 0
  })
}
