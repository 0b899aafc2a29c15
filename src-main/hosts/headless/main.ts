import { keepCompiledCode } from '#platform/compiled-code.ts'

keepCompiledCode()
const { runHeadless } = await import('./headless-host.ts')
// Timers of ours never keep a process alive, so something must while the host waits.
const alive = setInterval(() => {}, 2 ** 30)
process.exitCode = await runHeadless(process.argv.slice(2))
clearInterval(alive)
// Whatever still holds the event loop open must not keep a stopped cluster's process.
process.exit()
