// npm start: sets up what is missing, then opens the app. Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { buildDesktop } from './build-desktop.mjs'
import { programFile } from './build-program.mjs'
import { buildRenderer } from './build-renderer.mjs'
import { chooseElectron, findElectron, installElectron } from './electron.mjs'
import { installDebianPackages, installNodePackages } from './install.mjs'
import { findNode24, node24Environment, root } from './node24.mjs'

const args = process.argv.slice(2)
const has = option => args.includes(option)
const say = text => process.stderr.write(`${text}\n`)

const mode = has('--headless') || has('--cleanup') ? 'headless' : 'web'
if (!installNodePackages(say)) {
  say('Installing packages failed; npm says why above. Mend that and run npm start again.')
  process.exit(1)
}
const node = findNode24()
if (!node) {
  say(
    `Slipway needs Node.js 24; this is ${process.version} and npm has none for ${process.platform} ${process.arch}.`,
  )
  say('Install Node.js 24 from nodejs.org or with your version manager, and run npm start again.')
  process.exit(1)
}
collectDescriptions()
const electron = mode === 'web' ? pickElectron() : undefined
if (electron) {
  if (!buildDesktop(node, say)) process.exit(1)
  offerEngine()
  run(electron, [root])
} else {
  if (mode === 'web' && !buildRenderer(node, say)) process.exit(1)
  offerEngine()
  run(node, [programFile(mode, node, say)])
}

/** Collects the texts of `kubectl explain` from the pinned client library; without them it prints fields alone. */
function collectDescriptions() {
  const file = path.join(root, 'node_modules', '.cache', 'slipway', 'field-descriptions.json')
  const script = path.join(root, 'scripts', 'generate', 'descriptions.ts')
  if (existsSync(file) && statSync(file).mtimeMs > statSync(script).mtimeMs) return
  spawnSync(node, [script], { cwd: root, stdio: ['ignore', 2, 2], env: node24Environment(node) })
}

/** Electron's binary; without one it is said why the browser is used. */
function pickElectron() {
  const { env, platform } = process
  const chosen = chooseElectron({
    env,
    isRoot: process.getuid?.() === 0,
    isWebAsked: has('--web') || has('--no-open'),
    hasDisplay: platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY),
    find: () => findElectron({ env, platform }),
    install: () => installElectron(node, node24Environment(node)),
  })
  if (chosen.binary) return chosen.binary
  if (!has('--web')) {
    say(
      `Electron is not used (${chosen.reason}). Starting the same app in your browser instead (web host).`,
    )
  }
  return undefined
}

/** As root on Debian or Ubuntu without any engine: installs docker.io, not started, since Slipway starts its own. */
function offerEngine() {
  if (
    has('--no-install') ||
    has('--cleanup') ||
    process.platform !== 'linux' ||
    process.getuid?.() !== 0
  )
    return
  const chosen = optionValue('--runtime') ?? 'auto'
  if (chosen === 'simulated' || chosen === 'cri' || optionValue('--engine-socket')) return
  const isThere = ['dockerd', 'podman'].some(
    name => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
  )
  if (isThere || existsSync('/var/run/docker.sock') || !existsSync('/usr/bin/apt-get')) return
  say(
    'No container engine is installed: installing docker.io from the distribution (--no-install declines) …',
  )
  if (!installDebianPackages(['docker.io', 'iptables']))
    say('docker.io could not be installed; the cluster will run on the simulated runtime.')
}

function optionValue(option) {
  const at = args.findIndex(arg => arg === option || arg.startsWith(`${option}=`))
  if (at < 0) return undefined
  return args[at].includes('=') ? args[at].slice(option.length + 1) : args[at + 1]
}

/** Runs the host in this process's place as far as others can tell: its output, its signals, its exit code. */
function run(program, first) {
  const own = args.filter(arg => arg !== '--web' && arg !== '--headless')
  const child = spawn(program, [...first, ...own], {
    stdio: 'inherit',
    env: node24Environment(node),
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)))
}
