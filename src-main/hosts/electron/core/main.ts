import { runCore } from './run-core.ts'

process.exitCode = await runCore()
// Whatever still holds the event loop open must not keep a stopped core's process.
process.exit()
