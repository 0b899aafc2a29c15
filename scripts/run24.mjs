// Runs a script with Node 24: node scripts/run24.mjs FILE [ARGS…]
import { spawn } from 'node:child_process'
import { findNode24, node24Environment } from './node24.mjs'

const node = findNode24()
if (!node) {
  console.error(
    'Slipway needs Node.js 24 here. Run `npm ci` first, or install Node.js 24 and try again.',
  )
  process.exit(1)
}
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: node24Environment(node) })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
