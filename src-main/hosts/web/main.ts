import { runWebHost } from './web-host.ts'

process.exitCode = await runWebHost(process.argv.slice(2))
