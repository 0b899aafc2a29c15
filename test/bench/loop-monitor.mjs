// Preloaded into a measured process: at SIGUSR2 says how long its event loop stood still at most, and begins anew.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 5 })
  process.on('SIGUSR2', () => {
    delays.disable()
    process.stderr.write(`longest stall ${Math.max(0, delays.max / 1e6 - 5).toFixed(1)} ms\n`)
    delays.reset()
    delays.enable()
  })
}
