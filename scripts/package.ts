// npm run package [-- --dir] [--mac|--win|--linux] [--x64|--arm64]: installers in dist/, through electron-builder.
// Electron and electron-builder's tools come from the network; where they can't be reached:
//   ELECTRON_MIRROR, ELECTRON_BUILDER_BINARIES_MIRROR      other places to get them from
//   SLIPWAY_ELECTRON_DIST=DIR                              an unpacked Electron for this platform, used as it is
import path from 'node:path'
import { errorMessage } from '#base/errors.ts'
import { packageDesktop } from './package/package-desktop.ts'
import { stageDesktop } from './package/stage.ts'

const top = path.resolve(import.meta.dirname, '..')
const stage = path.join(top, 'dist/stage')
const args = process.argv.slice(2)
const platforms = (['mac', 'win', 'linux'] as const).filter(name => args.includes(`--${name}`))
const architectures = (['x64', 'arm64'] as const).filter(name => args.includes(`--${name}`))

try {
  await stageDesktop(stage, { agentImages: ['x64', 'arm64'] })
  const electronDist = process.env['SLIPWAY_ELECTRON_DIST']
  const made = await packageDesktop({
    stage,
    output: path.join(top, 'dist'),
    platforms,
    architectures,
    onlyFolder: args.includes('--dir'),
    ...(electronDist ? { electronDist: path.resolve(electronDist) } : {}),
  })
  for (const file of made) console.log(file)
} catch (error) {
  console.error(`Packaging failed: ${errorMessage(error)}`)
  console.error(
    'Electron and the tools that make installers come from the network. Where it is closed, set ELECTRON_MIRROR and ' +
      'ELECTRON_BUILDER_BINARIES_MIRROR, or SLIPWAY_ELECTRON_DIST with --dir.',
  )
  process.exitCode = 1
}
