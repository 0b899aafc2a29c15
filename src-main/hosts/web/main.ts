import { keepCompiledCode } from '#platform/compiled-code.ts'

keepCompiledCode()
const { runWebHost } = await import('./web-host.ts')
process.exitCode = await runWebHost(process.argv.slice(2))
