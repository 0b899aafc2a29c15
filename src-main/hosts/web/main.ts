import path from 'node:path'
import { keepCompiledCode } from '#platform/compiled-code.ts'

keepCompiledCode()
const { runWebHost } = await import('./web-host.ts')
const { dirname, filename } = import.meta
// The hosts lie side by side, as sources and built.
const clusterEntry = path.join(dirname, '../headless', path.basename(filename))
process.exitCode = await runWebHost(process.argv.slice(2), clusterEntry)
