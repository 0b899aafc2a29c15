import { runHeadless } from './headless-host.ts'

process.exitCode = await runHeadless(process.argv.slice(2))
// Whatever still holds the event loop open must not keep a stopped cluster's process.
process.exit()
