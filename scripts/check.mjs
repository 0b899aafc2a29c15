// npm run check: types, lint, layers, unused code. Runs every step and fails if any failed.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { findNode24, node24Environment, root } from './node24.mjs'

const node = findNode24() ?? process.execPath
const bin = name => path.join(root, 'node_modules', '.bin', name)
const steps = [
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['types of pure folders', bin('tsc'), ['-p', 'tsconfig.pure.json']],
  ['types of the renderer', bin('tsc'), ['-p', 'src-renderer/tsconfig.json']],
  ['lint and format', bin('biome'), ['ci', '--error-on-warnings', '.']],
  ['layers', bin('depcruise'), ['--config', '.dependency-cruiser.mjs', 'src-main', 'src-renderer']],
  ['unused code', bin('knip'), []],
]
const wanted = process.argv.slice(2)
let failed = 0
for (const [name, command, args] of steps) {
  if (wanted.length && !wanted.some(word => name.includes(word))) continue
  const started = Date.now()
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: node24Environment(node),
  })
  console.error(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${Date.now() - started} ms`)
  if (status !== 0) failed++
}
process.exit(failed ? 1 : 0)
